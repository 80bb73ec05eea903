"""What programs read and, with a token, write: the newspaper under /api/v1/."""
