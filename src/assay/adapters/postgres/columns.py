"""Rows for `unnest`: a batch is one array a column, however many rows it has."""

from collections.abc import Iterable, Sequence
from typing import Any


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """The columns of `rows`, each of which has `width` values; as many empty ones where there are no rows."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]
