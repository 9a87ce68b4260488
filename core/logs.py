"""Log lines that cannot be forged: line breaks and control characters from outside are written escaped."""

import logging
import re

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


class OneLineFormatter(logging.Formatter):
    """The message on one line; only the traceback, which is ours, may span several."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return CONTROL.sub(lambda found: repr(found.group())[1:-1], super().formatMessage(record))
