"""The fediverse: the newspaper and its sections can be followed from Mastodon and whatever else speaks ActivityPub."""
