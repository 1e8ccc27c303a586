"""What a draft must be: each refusal names its field."""

import pytest

from assay.domain.submission import SourceFile
from assay.errors import AssayError, InvalidInput, SourceTooLarge, SubmissionInvalid
from assay.intake.ports import Draft
from assay.intake.rules import check_draft, normalise_source

KIB128 = 128 * 1024


def draft(
    *files: tuple[str, bytes],
    user_id: str | None = None,
    tenant: str | None = None,
    key: str | None = None,
) -> Draft:
    return Draft(
        problem_id="sum",
        language_id="c",
        files=tuple(SourceFile(name=name, content=content) for name, content in files),
        user_id=user_id,
        tenant=tenant,
        idempotency_key=key,
        request_sha256="r",
    )


def refusal(refused: Draft) -> tuple[type[AssayError], str]:
    with pytest.raises(InvalidInput) as caught:
        check_draft(refused)
    return type(caught.value), caught.value.field


@pytest.mark.parametrize(
    "accepted",
    [
        draft(("main.c", b"x" * KIB128)),
        draft(("main.c", b"no newline at the end")),
        draft(("main.c", b"caf\xe9 in Latin-1\r\n")),
        draft(("my program.c", b"x"), ("a/b c/d.h", b"")),
        draft(("n" * 255, b"x")),
        draft(*((f"{n}.c", b"x" * 1024) for n in range(64))),
        draft((".hidden", b"x"), ("...", b"x"), ("a..b", b"x")),
        draft(("main.c", b"x"), user_id="ünïcode \U0001f600", tenant="t" * 255, key="k" * 255),
        draft(("main.c", b"x"), key="with space~!"),
    ],
    ids=lambda each: each.files[0].name[:10],
)
def test_what_can_be_judged_is_let_through(accepted: Draft) -> None:
    check_draft(accepted)


@pytest.mark.parametrize(
    ("refused", "kind", "field"),
    [
        (draft(), SubmissionInvalid, "files"),
        (draft(*((f"{n}.c", b"x") for n in range(65))), SubmissionInvalid, "files"),
        (draft(("main.c", b"x" * (KIB128 + 1))), SourceTooLarge, "source"),
        (draft(("a.c", b"x" * KIB128), ("b.c", b"x")), SourceTooLarge, "files"),
        (draft(("main.c", b"")), SubmissionInvalid, "source"),
        (draft(("main.c", b" \r\n\t")), SubmissionInvalid, "source"),
        (draft(("main.c", b"\xef\xbb\xbf\n")), SubmissionInvalid, "source"),
        (draft(("a.c", b""), ("b.c", b"\n")), SubmissionInvalid, "files"),
        (draft(("main.c", b"int\x00main")), SubmissionInvalid, "source"),
        (draft(("a.c", b"x"), ("b.c", b"\x7fELF\x02\x00")), SubmissionInvalid, "files.1.content"),
    ],
)
def test_what_cannot_be_judged_is_refused(refused: Draft, kind: type[AssayError], field: str) -> None:
    assert refusal(refused) == (kind, field)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "..",
        "../x",
        "a/../b",
        "a/..",
        "./x",
        "a//b",
        "a/",
        "a\\b",
        "a\nb",
        "a\x00b",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "\ud800",
        "n" * 256,
        "ü" * 128,
        "/".join("abcdefghijklmnopq"),
    ],
)
def test_a_file_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refusal(draft(("main.c", b"x"), (name, b"x"))) == (SubmissionInvalid, "files.1.name")


@pytest.mark.parametrize("second", ["a", "a/b", "x/y"])
def test_two_files_never_take_one_place(second: str) -> None:
    files = [("a", b"x"), ("x/y/z", b"x"), (second, b"x")]
    assert refusal(draft(*files)) == (SubmissionInvalid, "files.2.name")


@pytest.mark.parametrize("value", ["", "u" * 256, "a\nb", "\x00", "\udfff"])
def test_client_strings_are_bounded(value: str) -> None:
    assert refusal(draft(("main.c", b"x"), user_id=value)) == (InvalidInput, "user_id")
    assert refusal(draft(("main.c", b"x"), tenant=value)) == (InvalidInput, "tenant")


@pytest.mark.parametrize("key", ["", "k" * 256, "ké", "a\tb", "a\n", "\x7f"])
def test_an_idempotency_key_is_printable_ascii(key: str) -> None:
    assert refusal(draft(("main.c", b"x"), key=key)) == (InvalidInput, "Idempotency-Key")


@pytest.mark.parametrize(
    ("sent", "judged"),
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"\xef\xbb\xbfa\n", b"a\n"),
        (b"a\rb", b"a\rb"),
        (b"a\xef\xbb\xbf\n", b"a\xef\xbb\xbf\n"),
        (b"no end", b"no end"),
    ],
)
def test_windows_line_ends_and_the_mark_go_and_nothing_else(sent: bytes, judged: bytes) -> None:
    assert normalise_source(sent) == judged
