"""What a draft must be. Pure: no store, no clock.

Bounds are on everything a stranger sends; each says why it is what it is.
"""

from collections.abc import Sequence
import re

from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.errors import InvalidInput, SourceTooLarge, SubmissionInvalid
from assay.intake.answers import ANSWER_FILES_MAX, ANSWERS_BYTES_MAX
from assay.intake.ports import Draft

SOURCE_BYTES_MAX = 128 * 1024  # of all files: what the package format's `code` is where it is not said
FILES_MAX = 64  # a small project; each costs a request to the sandbox
FILE_NAME_BYTES_MAX = 255  # NAME_MAX of Linux file systems
FILE_NAME_PARTS_MAX = 16  # what the sandbox takes; nobody's package is deeper
IDEMPOTENCY_KEY_CHARACTERS_MAX = 255
CLIENT_STRING_CHARACTERS_MAX = 255  # user_id, tenant: opaque to us, indexed

_UTF8_BOM = b"\xef\xbb\xbf"
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PRINTABLE_ASCII = re.compile(r"[\x20-\x7e]+")


def check_draft(draft: Draft) -> None:
    """Refuse a draft that no judge could take, naming the field: `source` for one file, else `files.N.…`.

    Raises `InvalidInput`, `SubmissionInvalid` or `SourceTooLarge`. Sizes are those of the bytes as sent.
    """
    _check_client_string(draft.user_id, "user_id")
    _check_client_string(draft.tenant, "tenant")
    _check_idempotency_key(draft.idempotency_key)
    if draft.has_answers:
        check_file_names(draft.files, most=ANSWER_FILES_MAX)
        check_size(draft.files, source_bytes_max=ANSWERS_BYTES_MAX)
    else:
        check_source(draft.files)


def check_size(files: Sequence[SourceFile], *, source_bytes_max: int) -> None:
    """Refuse more source than is taken, by us or by a problem that allows less. Raises `SourceTooLarge`."""
    total_bytes = sum(len(file.content) for file in files)
    if total_bytes > source_bytes_max:
        raise SourceTooLarge(
            f"the source has {total_bytes} bytes; at most {source_bytes_max} are taken",
            field="source" if len(files) == 1 else "files",
        )


def normalise_source(content: bytes) -> bytes:
    """Source as compilers on Linux expect it: no UTF-8 byte order mark, and LF at the ends of lines."""
    return content.removeprefix(_UTF8_BOM).replace(b"\r\n", b"\n")


def _check_client_string(value: str | None, field: str) -> None:
    if value is None:
        return
    if not 1 <= len(value) <= CLIENT_STRING_CHARACTERS_MAX:
        raise InvalidInput(f"{field} has 1 to {CLIENT_STRING_CHARACTERS_MAX} characters", field=field)
    if _CONTROL_CHARACTER.search(value) or not _is_utf8(value):
        raise InvalidInput(f"{field} has a character that cannot be printed", field=field)


def _check_idempotency_key(key: str | None) -> None:
    if key is None:
        return
    if len(key) > IDEMPOTENCY_KEY_CHARACTERS_MAX or not _PRINTABLE_ASCII.fullmatch(key):
        raise InvalidInput(
            f"an Idempotency-Key is 1 to {IDEMPOTENCY_KEY_CHARACTERS_MAX} printable ASCII characters",
            field="Idempotency-Key",
        )


def check_source(files: Sequence[SourceFile]) -> None:
    """Refuse what is no program, in any language. Raises `SubmissionInvalid` or `SourceTooLarge`."""
    check_size(files, source_bytes_max=SOURCE_BYTES_MAX)
    check_file_names(files, most=FILES_MAX)
    if not any(_has_text(file.content) for file in files):  # one of several may be: an __init__.py is
        raise SubmissionInvalid("the source is empty", field="source" if len(files) == 1 else "files")
    for position, file in enumerate(files):
        _check_content(file.content, "source" if len(files) == 1 else f"files.{position}.content")


def check_file_names(files: Sequence[SourceFile], *, most: int) -> None:
    """Refuse no files, too many, and names that lead elsewhere or clash. Raises `SubmissionInvalid`."""
    if not files:
        raise SubmissionInvalid("a submission has at least one file", field="files")
    if len(files) > most:
        raise SubmissionInvalid(f"a submission has at most {most} files, not {len(files)}", field="files")
    taken: set[str] = set()
    folders: set[str] = set()
    for position, file in enumerate(files):
        above = _folders_of(file.name)
        _check_file_name(file.name, f"files.{position}.name")
        _check_place(file.name, above, taken, folders, f"files.{position}.name")
        taken.add(file.name)
        folders.update(above)


def check_language(language: Language, problem: Problem) -> None:
    """Refuse a language that the problem does not take. Raises `InvalidInput`.

    Where a language is allowed, its other versions are, too.
    """
    if not is_taken_by(language, problem):
        allowed = ", ".join(problem.languages or ())
        raise InvalidInput(
            f"this problem does not take {language.name}; it takes {allowed}", field="language"
        )


def is_taken_by(language: Language, problem: Problem) -> bool:
    allowed = problem.languages
    return allowed is None or language.id in allowed or language.base in allowed


def _check_content(content: bytes, field: str) -> None:
    if b"\x00" in content:
        raise SubmissionInvalid("the source has a NUL byte: it is not a text", field=field)


def _has_text(content: bytes) -> bool:
    return bool(content.removeprefix(_UTF8_BOM).strip())


def _check_file_name(name: str, field: str) -> None:
    if not _is_utf8(name) or not 1 <= len(name.encode()) <= FILE_NAME_BYTES_MAX:
        raise SubmissionInvalid(f"a file name has 1 to {FILE_NAME_BYTES_MAX} bytes of UTF-8", field=field)
    if "\\" in name or _CONTROL_CHARACTER.search(name):
        raise SubmissionInvalid("a file name has no backslash and no control character", field=field)
    if any(part in ("", ".", "..") for part in name.split("/")):
        raise SubmissionInvalid('a file name is relative, without empty, "." or ".." parts', field=field)
    if name.count("/") >= FILE_NAME_PARTS_MAX:
        raise SubmissionInvalid(f"a file name has at most {FILE_NAME_PARTS_MAX} parts", field=field)


def _check_place(name: str, above: list[str], taken: set[str], folders: set[str], field: str) -> None:
    """`above` are the folders that the file is in, `folders` those of the files in `taken`."""
    if name in taken:
        raise SubmissionInvalid(f"two files are named {name!r}", field=field)
    if name in folders or not taken.isdisjoint(above):
        raise SubmissionInvalid(f"{name!r} is both a file and a folder", field=field)


def _folders_of(name: str) -> list[str]:
    parts = name.split("/")[:FILE_NAME_PARTS_MAX]
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _is_utf8(text: str) -> bool:
    """False for lone surrogates, which JSON can spell and no file system or database takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
