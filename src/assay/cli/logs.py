"""How processes log, on standard error: the long-running ones one JSON object a line, commands for people."""

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer


def log_beside_answers() -> None:
    """For commands: warnings and worse. What they print on standard output is their answer alone."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def log_as_json_lines(level: int) -> None:
    """From `level` (as in `logging`) upwards; what libraries log, from warnings upwards."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the local variables that a traceback otherwise brings: they hold sources.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    libraries = _JsonLines(max(level, logging.WARNING))
    libraries.addFilter(_is_true)
    logging.getLogger().addHandler(libraries)


def log_from(level: int) -> None:
    """The level of a process that logs already."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _JsonLines):
            handler.setLevel(max(level, logging.WARNING))


class _JsonLines(logging.Handler):
    """Writes what libraries log in the form of our own lines. A warning has its cause and no traceback: it
    tells of what they cope with, a database that is away for a while, say, and where in them is their affair.
    """

    def emit(self, record: logging.LogRecord) -> None:
        about: dict[str, Any] = {"logger": record.name}
        if record.levelno > logging.WARNING:
            about["exc_info"] = record.exc_info
        elif record.exc_info and (cause := record.exc_info[1]) is not None:
            about["detail"] = f"{type(cause).__name__}: {cause}"
        structlog.get_logger().log(record.levelno, record.getMessage(), **about)


def _is_true(record: logging.LogRecord) -> bool:
    """False for uvicorn's complaint about each WebSocket handshake that was refused with a proper answer."""
    return record.msg != "ASGI callable returned without completing handshake."
