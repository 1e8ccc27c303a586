"""Rows of a backup become what the columns take, and no name gets into a statement that is not there."""

import pytest

from assay.adapters.sql.tables import fit
from assay.errors import UsageError
from assay.operate.backup.rows import Kind, Value

THERE = {
    "jobs": {"submission_id": Kind.TEXT, "cause": Kind.BYTES, "attempt": Kind.INTEGER, "held": Kind.BOOLEAN},
    "events": {"submission_id": Kind.TEXT, "score": Kind.REAL},
    "workers": {"id": Kind.TEXT},
}


def test_values_become_what_the_columns_take() -> None:
    columns = ["attempt", "held", "cause", "submission_id"]
    rows: list[list[Value]] = [[1, 0, "no \x00", b"a"], [True, True, b"\xff", "b"], [None, None, None, None]]
    assert fit("jobs", columns, rows, THERE) == (
        columns,
        [(1, False, b"no \x00", "a"), (1, True, b"\xff", "b"), (None, None, None, None)],
    )


def test_what_one_database_alone_has_is_left_out() -> None:
    rows: list[list[Value]] = [[1, "s", 5]]
    assert fit("events", ["position", "submission_id", "score"], rows, THERE) == (
        ["submission_id", "score"],
        [("s", 5.0)],
    )


@pytest.mark.parametrize("table", ["accounts", "workers", "jobs; DROP TABLE jobs", "alembic_version", ""])
def test_another_table_is_refused(table: str) -> None:
    with pytest.raises(UsageError, match="table"):
        fit(table, ["id"], [], THERE)


@pytest.mark.parametrize(
    "columns", [["attempt", "wage"], ["position"], ["attempt", "attempt"], ["attempt) SELECT 1 --"]]
)
def test_another_column_is_refused(columns: list[str]) -> None:
    with pytest.raises(UsageError, match="columns of jobs"):
        fit("jobs", columns, [], THERE)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("attempt", "1"),
        ("attempt", 1.5),
        ("held", 2),
        ("held", "t"),
        ("cause", 5),
        ("submission_id", b"\xff"),
    ],
)
def test_a_value_of_another_kind_is_refused(column: str, value: Value) -> None:
    with pytest.raises(UsageError, match="a row of jobs"):
        fit("jobs", [column], [[value]], THERE)
