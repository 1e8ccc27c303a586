"""How the long-running processes log: one JSON object a line, on standard error."""

import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer


def log_as_json_lines(level: int) -> None:
    """From `level` (as in `logging`) upwards."""
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
