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
