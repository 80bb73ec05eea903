"""The newsletter: a digest of the day's stories, by mail to whoever asked for it and proved the address."""
