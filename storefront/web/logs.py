"""Logs that may be shown to a stranger: no card number, no key, no secret link, and no line that is not ours.

The filter rewrites the record itself, traceback included, so whatever formatter follows has nothing left to leak.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from logging import Handler, LogRecord

from storefront import pan

_SECRETS = (
    (re.compile(r"\b([rs]k_(?:test|live)_)\w+"), r"\1***"),
    (re.compile(r"\bwhsec_[\w+/=]+"), "whsec_***"),
    (re.compile(r"(_secret_)\w+"), r"\1***"),
    (
        re.compile(r"(?i)(/(?:orders|pay|downloads|invitations|links|account/portal)/)(?!\*)[\w~-]{12,}(?:\.[\w-]+)*"),
        r"\1***",
    ),
    (re.compile(r"(?i)([?&]visit=)[\w.-]+"), r"\1***"),
    (re.compile(r"(/c/pay/|/p/session/)[^\s\"'?]+"), r"\1***"),
    (
        re.compile(
            r"(?i)(authorization|cookie|password|token|secret)(['\"]?\s*[:=]\s*['\"]?)"
            r"(?:(?:bearer|basic) )?[^\s'\",;&)}\]]+"
        ),
        r"\1\2***",
    ),
    (re.compile(r"(://[^/\s:@]+:)[^/\s@]+@"), r"\1***@"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_NOISY = ("sqlalchemy", "stripe", "werkzeug", "urllib3", "PIL", "alembic", "asyncio")


def masked(text: str) -> str:
    """`text` without card numbers, keys, tokens, the secret part of links and control characters (newlines stay)."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", pan.mask(text))


class Masking(logging.Filter):
    """Masks the message, its arguments and the traceback of every record that passes."""

    def filter(self, record: LogRecord) -> bool:
        """Always lets the record pass, masked."""
        record.msg, record.args = masked(record.getMessage()).replace("\n", "\\n"), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = masked(record.exc_text) if record.exc_text else None
        record.exc_info = None
        record.stack_info = masked(record.stack_info) if record.stack_info else None
        return True


class Lines(logging.Formatter):
    """One event, one line; the lines of a traceback are marked, so that nothing logged can pass for an event."""

    def format(self, record: LogRecord) -> str:
        """`time LEVEL logger message`."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = f"{at} {record.levelname} {record.name} {record.getMessage()}"
        more = "\n".join(part for part in (record.exc_text, record.stack_info) if part)
        return line + "".join(f"\n  | {each}" for each in more.splitlines())


class JSONLines(logging.Formatter):
    """One event, one JSON object on one line."""

    def format(self, record: LogRecord) -> str:
        """Keys: at, level, logger, message, and traceback where there is one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_text:
            event["traceback"] = record.exc_text
        return json.dumps(event)


def handlers() -> list[Handler]:
    """Every handler that any logger of this process has."""
    loggers = [
        logging.getLogger(),
        *(each for each in logging.Logger.manager.loggerDict.values() if isinstance(each, logging.Logger)),
    ]
    return list({id(handler): handler for logger in loggers for handler in logger.handlers}.values())


def guard_handlers() -> None:
    """Put the filter on every handler that has none yet."""
    for handler in handlers():
        if not any(isinstance(each, Masking) for each in handler.filters):
            handler.addFilter(Masking())


def init_logs(style: str = "lines") -> None:
    """Everything to stderr, from information upwards of ours and warnings of others. `style`: lines or json."""
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, Lines | JSONLines) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JSONLines() if style == "json" else Lines())
        root.addHandler(handler)
    logging.getLogger("storefront").setLevel(logging.INFO)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.getLogger(name).level, logging.WARNING))
    guard_handlers()
