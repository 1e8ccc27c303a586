"""Which language a reader gets."""

import pytest

from assay.statements.choice import choose, direction, wanted_languages


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", ()),
        ("sv", ("sv",)),
        ("en-GB,en;q=0.9, sv ; q = 0.95", ("en-GB", "sv", "en")),
        ("de;q=0, fr;q=0.001, *;q=0.5", ("*", "fr")),
        ("a b, ;q=1, en;q=x, --, en-", ()),
        (", ".join(["sv"] * 10_000), ("sv",) * 250),  # cut
        ("\x00, é, <script>", ()),
    ],
)
def test_the_header(header: str, wanted: tuple[str, ...]) -> None:
    assert wanted_languages(header) == wanted


@pytest.mark.parametrize(
    ("available", "wanted", "chosen"),
    [
        (("de", "en", "sv"), ("sv",), "sv"),
        (("de", "en", "sv"), ("", "fr", "sv-SE"), "sv"),
        (("de", "en"), ("fr", "*"), "en"),
        (("de", "fr"), (), "de"),
        (("pt-BR", "pt-PT"), ("pt",), "pt-BR"),
        (("pt-BR", "pt-PT"), ("pt-pt",), "pt-PT"),
        (("pt", "pt-BR"), ("pt-PT",), "pt"),
        ((), ("en",), None),
    ],
)
def test_the_best_fit(available: tuple[str, ...], wanted: tuple[str, ...], chosen: str | None) -> None:
    assert choose(available, wanted) == chosen


def test_directions() -> None:
    assert [direction(tag) for tag in ("ar", "he-IL", "fa", "en", "zh", "")] == ["rtl"] * 3 + ["ltr"] * 3
