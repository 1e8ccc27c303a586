from datetime import datetime, timedelta, timezone

import pytest

from assay.domain.verdict import Verdict
from assay.web import words


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (None, "\N{EN DASH}"),
        (0, "0 ms"),
        (999, "999 ms"),
        (1000, "1 s"),
        (1250, "1.25 s"),
        (12_340, "12.3 s"),
    ],
)
def test_durations(milliseconds: int | None, text: str) -> None:
    assert words.duration(milliseconds) == text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (None, "\N{EN DASH}"),
        (0, "0 KiB"),
        (1, "1 KiB"),
        (640 << 10, "640 KiB"),
        (256 << 20, "256 MiB"),
        ((12 << 20) + (1 << 19), "12.5 MiB"),
        (1023 << 20, "1023 MiB"),
        (2 << 30, "2 GiB"),
    ],
)
def test_sizes(size_bytes: int | None, text: str) -> None:
    assert words.size(size_bytes) == text


def test_instants_are_in_utc() -> None:
    at = datetime(2026, 11, 21, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert words.instant(at) == "2026-11-20 23:30:00 UTC"


@pytest.mark.parametrize("verdict", [None, *Verdict])
def test_every_verdict_has_a_tone(verdict: Verdict | None) -> None:
    assert words.tone(verdict) in {"waiting", "good", "bad", "spent", "ours"}


PROSE = "Every evening, when the fishing boats turn for home, the lamplighter"  # as long as a wrapped line is


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{PROSE}\nwalks down the pier.\n", f"{PROSE} walks down the pier.\n"),
        (f"{PROSE}\n{PROSE}\n$n$ times.", f"{PROSE} {PROSE} $n$ times."),
        (f"{PROSE}\n\\emph{{never}} late", f"{PROSE} \\emph{{never}} late"),
        ("short\nlines\nstay", None),
        (f"{PROSE}\n\nAnother paragraph", None),
        (f"{PROSE}\n- a list\n- goes on", None),
        (f"{PROSE}\n1. first\n", None),
        (f"{PROSE}\n## Input\n", None),
        (f"## {PROSE}\nText", None),
        (f"{PROSE}\n\\begin{{itemize}}\n\\item one", None),
        (f"{PROSE}  \na line of its own", None),
        (f"{PROSE}\\\\\na line of its own", None),
        (f"```\n{PROSE}\ncode\n```", None),
        (f"    {PROSE}\ncode", None),
        (f"| {PROSE} |\n| 1 |", None),
        ("", None),
    ],
)
def test_paragraphs_run_on_and_what_is_arranged_stays(text: str, shown: str | None) -> None:
    assert words.unwrapped(text) == (text if shown is None else shown)


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.0, "0"),
        (-0.001, "0"),
        (37.5, "37.5"),
        (100.0, "100"),
        (100 / 3, "33.33"),
        (1e6, "1000000"),
    ],
)
def test_points(score: float | None, text: str) -> None:
    assert words.points(score) == text
