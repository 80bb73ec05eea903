"""How requests that fail are written to the log."""

import logging

SERVER_ERROR = 500


class RefusalsInOneLine(logging.Filter):
    """Drops the traceback of a request that was refused: what was wrong lies with who sent it, not in our code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            record.exc_info = None
        return True
