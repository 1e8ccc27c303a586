"""Which schema this release works on."""

from assay.adapters.sql.schema import HEAD


def newest_schema() -> str:
    """The newest migration's number."""
    return HEAD
