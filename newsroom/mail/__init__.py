"""The outbox: mails are rows, written with what they tell of and sent by the worker."""
