"""How the long-running processes log: one JSON object a line, on standard error."""

import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer


def log_as_json_lines() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the local variables that a traceback otherwise brings: they hold sources.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
