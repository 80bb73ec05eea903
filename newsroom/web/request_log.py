"""How the log is written, by people to be read or by machines, and what of requests never stands in it."""

import json
import logging
import re
from datetime import UTC, datetime

from newsroom.web import request_ids

SERVER_ERROR = 500
# What stands in an address in place of a password.
# Also in one that was copied with a slip and leads nowhere.
_TOKEN = re.compile(
    r"((?:comments[/\\]+(?:mine|confirm|unsubscribe)|newsletter[/\\]+(?:confirm|preferences|unsubscribe)|preview|admin[/\\]+reset[/\\]+[^/\\\s]+)(?:[/\\]|%2f|%5c)+)[^/\\\s]+",
    re.IGNORECASE,
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


class WithRequest(logging.Filter):
    """Notes in each line the name of the request in which it was written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_ids.of(record) or "-"
        return True


class JsonLines(logging.Formatter):
    """A JSON object a line: time (UTC), level, logger, message and, where there are any, request, status, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_ids.of(record):
            line["request"] = name
        if (status := getattr(record, "status_code", None)) is not None:
            line["status"] = status
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
