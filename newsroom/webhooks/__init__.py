"""Webhooks: other programs are told what is published, changed, withdrawn and approved, as Standard Webhooks say."""
