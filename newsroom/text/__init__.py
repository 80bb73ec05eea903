"""Text without a database: Arabic, bidirectional text, sanitizing, slugs, excerpts, links."""
