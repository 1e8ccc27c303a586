"""Whether a backup is whole: every hash, count and reference, without a database. All damage in one pass."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
import hashlib

from assay.domain.identity import month_of
from assay.errors import UsageError
from assay.operate.backup.archive import Archive
from assay.operate.backup.create import NamesOf, Tell
from assay.operate.backup.manifest import (
    FORMAT,
    HEAD_BYTES_MAX,
    HEAD_NAME,
    MANIFEST_BYTES_MAX,
    MANIFEST_NAME,
    SEAL_NAME,
    SETTINGS_NAME,
    Manifest,
    NotAManifest,
    TableCopy,
    blob_entry,
    decode_manifest,
    encode_head,
    format_of,
)
from assay.operate.backup.references import NAMED_MAX, REFERENCES, Keys, Reference
from assay.operate.backup.rows import Damaged, Value, read_rows

_IDENTITIES = {"submissions": "id", "judgements": "id"}


@dataclass(frozen=True, kw_only=True)
class Damage:
    """`where`: an entry of the file, or a table and a key in it. `is_older`: than the backup: what it is of
    was damaged."""

    where: str
    what: str
    is_older: bool = False


@dataclass(kw_only=True)
class Report:
    """`manifest`: None when it is damaged itself. `months`: in which submissions and judgements were made."""

    manifest: Manifest | None = None
    damage: list[Damage] = field(default_factory=list)
    months: set[datetime] = field(default_factory=set)

    @property
    def can_be_restored(self) -> bool:
        return self.manifest is not None and all(damage.is_older for damage in self.damage)

    def note(self, where: str, what: str, *, is_older: bool = False) -> None:
        self.damage.append(Damage(where=where, what=what, is_older=is_older))


def open_backup(fd: int) -> Archive:
    """Raises `UsageError` for what is no backup, or one that a later release must read."""
    archive = Archive(fd)
    head = archive.read(HEAD_NAME, bytes_max=HEAD_BYTES_MAX)
    if head is None and MANIFEST_NAME not in archive.entries:
        raise UsageError("this is no backup of Assay: 'assay backup create' makes one")
    number = _format(archive)
    if number is not None and number > FORMAT:
        raise UsageError(
            f"the backup has format {number}, and this release reads {FORMAT} at most: use the release that "
            "made it, or a later one"
        )
    return archive


def verify(archive: Archive, *, names_of: NamesOf, tell: Tell) -> Report:
    """Look at everything. Reads the file twice."""
    report = Report()
    for where, what in archive.damage:
        report.note(where, what)
    manifest = _manifest(archive, report)
    head = archive.read(HEAD_NAME, bytes_max=HEAD_BYTES_MAX)
    if head is None or (manifest is not None and head != encode_head(manifest.origin.release)):
        report.note(HEAD_NAME, "is missing or damaged")
    if manifest is None:
        return report
    report.manifest = manifest
    sound = _check_entries(archive, manifest, report, tell)
    reader = Reader(archive, manifest)
    _check_rows(reader, sound, report, names_of, tell)
    for reference in REFERENCES:
        tell(f"{reference.child} of {reference.parent}", 0, None)
        _check_reference(reader, reference, sound, report)
    return report


class Reader:
    """The rows of a backup."""

    def __init__(self, archive: Archive, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def part(self, table: TableCopy, number: int) -> Iterator[tuple[list[Value], int]]:
        """The rows of a part that is there, and the length of each line. Raises `Damaged`."""
        entry = self._archive.entries[table.entry(number)]
        yield from read_rows(self._archive.open(entry), width=len(table.columns))

    def rows(self, table: TableCopy) -> Iterator[list[Value]]:
        """All rows of a table that is sound."""
        for number in range(1, len(table.parts) + 1):
            for row, _ in self.part(table, number):
                yield row

    def keys(self, table: TableCopy, columns: Sequence[str]) -> Iterator[tuple[Value, ...]]:
        places = [table.columns.index(column) for column in columns]
        for row in self.rows(table):
            yield tuple(row[place] for place in places)


def _format(archive: Archive) -> int | None:
    head = archive.read(HEAD_NAME, bytes_max=HEAD_BYTES_MAX)
    try:
        return None if head is None else format_of(head)
    except NotAManifest:
        return None


def _manifest(archive: Archive, report: Report) -> Manifest | None:
    content = archive.read(MANIFEST_NAME, bytes_max=MANIFEST_BYTES_MAX)
    seal = archive.read(SEAL_NAME, bytes_max=HEAD_BYTES_MAX)
    if content is None:
        report.note(MANIFEST_NAME, "is missing: the file ends too early, or was damaged")
        return None
    if seal is None or seal.decode(errors="replace") != hashlib.sha256(content).hexdigest():
        report.note(MANIFEST_NAME, "is damaged: it has another SHA-256 than it should")
        return None
    try:
        return decode_manifest(content)
    except NotAManifest as error:
        report.note(MANIFEST_NAME, f"is none that this release reads: {error}")
        return None


def _check_entries(archive: Archive, manifest: Manifest, report: Report, tell: Tell) -> set[str]:
    """Sizes and hashes. Returns the names of those that are as they were written."""
    expected = dict(_expected(manifest))
    for name in archive.entries.keys() - expected.keys() - {HEAD_NAME, MANIFEST_NAME, SEAL_NAME}:
        report.note(name, "is not in the manifest")
    sound: set[str] = set()
    done, total = 0, sum(size for size, _ in expected.values())

    def count(size: int) -> None:
        nonlocal done
        done += size
        tell("bytes", done, total)

    for name, (size, sha256) in expected.items():
        entry = archive.entries.get(name)
        if entry is None:
            report.note(name, "is missing")
        elif entry.size_bytes != size:
            report.note(name, f"has {entry.size_bytes} bytes, not {size}")
        elif archive.sha256(entry, tell=count) != sha256:
            report.note(name, "is damaged: it has another SHA-256 than it should")
        else:
            sound.add(name)
    return sound


def _expected(manifest: Manifest) -> Iterator[tuple[str, tuple[int, str]]]:
    for table in manifest.tables:
        for number, part in enumerate(table.parts, 1):
            yield table.entry(number), (part.size_bytes, part.sha256)
    yield SETTINGS_NAME, (manifest.settings_bytes, manifest.settings_sha256)
    for name, size in manifest.blobs.sizes.items():
        yield blob_entry(name), (size, name)


def _is_sound(table: TableCopy, sound: set[str]) -> bool:
    return all(table.entry(number) in sound for number in range(1, len(table.parts) + 1))


def _check_rows(reader: Reader, sound: set[str], report: Report, names_of: NamesOf, tell: Tell) -> None:
    """Counts, and the blobs that problems name."""
    for table in reader.manifest.tables:
        rows = 0
        tell(table.name, 0, table.rows)
        for number, part in enumerate(table.parts, 1):
            name = table.entry(number)
            if name not in sound:
                continue
            found, text_bytes = 0, 0
            look = _look_at(table, report, reader.manifest, names_of)
            try:
                for row, length in reader.part(table, number):
                    found, text_bytes = found + 1, text_bytes + length
                    if text_bytes > part.text_bytes:
                        break
                    look(row)
            except Damaged as damage:
                report.note(name, str(damage))
                sound.discard(name)
                continue
            if (found, text_bytes) != (part.rows, part.text_bytes):
                report.note(
                    name, f"has {found} rows in {text_bytes} bytes, not {part.rows} in {part.text_bytes}"
                )
                sound.discard(name)
            rows += found
            tell(table.name, rows, table.rows)
        if _is_sound(table, sound) and rows != table.rows:
            report.note(table.name, f"has {rows} rows, not {table.rows}")


def _look_at(
    table: TableCopy, report: Report, manifest: Manifest, names_of: NamesOf
) -> Callable[[list[Value]], None]:
    """What is to be looked at in each row of a table."""
    blobs = manifest.blobs
    if table.name == "problem_versions" and {"document", "problem_id"} <= set(table.columns):
        missing = set(blobs.missing)
        document_at, id_at = table.columns.index("document"), table.columns.index("problem_id")

        def look_for_blobs(row: list[Value]) -> None:
            try:
                names = set(names_of(str(row[document_at])))
            except ValueError as error:
                report.note(f"problem {row[id_at]!s}", f"cannot be read: {error}", is_older=True)
                return
            if not blobs.included:
                return
            for name in sorted(names - blobs.sizes.keys()):
                is_older = name in missing
                why = "was missing or damaged when the backup was made" if is_older else "is missing"
                report.note(f"problem {row[id_at]!s}", f"its blob {name} {why}", is_older=is_older)

        return look_for_blobs
    column = _IDENTITIES.get(table.name)
    if column in table.columns:
        place = table.columns.index(column)

        def note_month(row: list[Value]) -> None:
            month = month_of(str(row[place]))
            if month is not None:
                report.months.add(month)

        return note_month
    return lambda _: None


def _check_reference(reader: Reader, reference: Reference, sound: set[str], report: Report) -> None:
    """Only where both tables are sound: damage that is known makes no more."""
    child, parent = reader.manifest.table(reference.child), reader.manifest.table(reference.parent)
    if child is None or parent is None:
        report.note(reference.child if child is None else reference.parent, "is no table of the backup")
        return
    if not (_is_sound(child, sound) and _is_sound(parent, sound)):
        return
    if set(reference.child_key) - set(child.columns) or set(reference.parent_key) - set(parent.columns):
        report.note(child.name, "lacks a column that refers to another table, or is referred to")
        return
    _compare(
        reader.keys(parent, reference.parent_key),
        reader.keys(child, reference.child_key),
        f"{child.name} of {parent.name}",
        report,
    )
    if reference.is_mutual:
        _compare(
            reader.keys(child, reference.child_key),
            reader.keys(parent, reference.parent_key),
            f"{parent.name} without {child.name}",
            report,
        )


def _compare(
    there: Iterator[tuple[Value, ...]], wanted: Iterator[tuple[Value, ...]], where: str, report: Report
) -> None:
    keys = Keys()
    for key in there:
        keys.add(key)
    missing = 0
    for key in keys.missing_from(wanted):
        missing += 1
        if missing <= NAMED_MAX:
            words = " ".join(str(value) for value in key)
            report.note(where, f"{words}: what it belongs with is missing")
    if missing > NAMED_MAX:
        report.note(where, f"and {missing - NAMED_MAX} more")
