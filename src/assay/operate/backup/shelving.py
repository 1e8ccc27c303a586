"""Taking out what an archive has, and putting it back: by the file, which was found whole."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from assay.operate.backup.create import Tell
from assay.operate.backup.rows import Row
from assay.operate.backup.verify import Reader

SUBMISSIONS_AT_ONCE = 200  # a short transaction, and few locks
LOAD_BYTES = 1 << 20  # of text; rows that go back at once


async def take_out(reader: Reader, remove: Callable[[Mapping[str, int]], Awaitable[int]], tell: Tell) -> int:
    """Remove all submissions that the archive has. How many went; the others have changed since."""
    table = reader.manifest.table("submissions")
    if table is None:
        return 0
    gone, done = 0, 0
    copied: dict[str, int] = {}
    for submission_id, last_seq in reader.keys(table, ("id", "last_seq")):
        copied[str(submission_id)] = int(str(last_seq))
        if len(copied) == SUBMISSIONS_AT_ONCE:
            gone, done, copied = gone + await remove(copied), done + len(copied), {}
            tell("taken out", done, table.rows)
    if copied:
        gone += await remove(copied)
    tell("taken out", table.rows, table.rows)
    return gone


async def put_back(
    reader: Reader, load: Callable[[str, Sequence[str], Sequence[Row]], Awaitable[None]], tell: Tell
) -> Mapping[str, int]:
    """All rows of the archive, whatever refers to others after these. How many of each table."""
    for table in reader.manifest.tables:
        done = 0
        for number in range(1, len(table.parts) + 1):
            rows: list[Row] = []
            gathered = 0
            for row, length in reader.part(table, number):
                rows.append(row)
                gathered += length
                if gathered >= LOAD_BYTES:
                    await load(table.name, table.columns, rows)
                    done, rows, gathered = done + len(rows), [], 0
            if rows:
                await load(table.name, table.columns, rows)
                done += len(rows)
            tell(table.name, done, table.rows)
    return {table.name: table.rows for table in reader.manifest.tables}
