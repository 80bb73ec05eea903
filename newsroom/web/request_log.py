"""How requests that fail are written to the log."""

import logging
import re

SERVER_ERROR = 500
# What stands in an address in place of a password.
# Also in one that was copied with a slip and leads nowhere.
_TOKEN = re.compile(
    r"((?:comments[/\\]+(?:mine|confirm|unsubscribe)|preview)(?:[/\\]|%2f|%5c)+)[^/\\\s]+", re.IGNORECASE
)


def without_tokens(text: str) -> str:
    """Return `text` without what opens private pages and previews in the addresses it holds."""
    return _TOKEN.sub(r"\1…", text)


class RefusalsInOneLine(logging.Filter):
    """Drops the traceback of a request that was refused: what was wrong lies with who sent it, not in our code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            record.exc_info = None
        return True


class WithoutTokens(logging.Filter):
    """Leaves out of addresses what opens private pages: whoever reads the log could change readers' comments."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_tokens(part) if isinstance(part, str) else part for part in record.args
            )
        return True
