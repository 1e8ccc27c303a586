"""How late a standby is: by what it has not replayed, not by any clock of its own."""

from assay.adapters.postgres.lag import NOTES_MAX, Lag


def test_nothing_written_is_no_lag() -> None:
    assert Lag().seconds(0, at=100) == 0


def test_who_has_replayed_all_is_not_late_however_long_ago_that_was() -> None:
    lag = Lag()
    lag.note(10, at=1)
    lag.note(10, at=50)  # nothing was written meanwhile
    assert lag.seconds(10, at=1000) == 0


def test_lateness_counts_from_the_first_that_is_missing() -> None:
    lag = Lag()
    for position, at in ((10, 1.0), (20, 2.0), (30, 3.0)):
        lag.note(position, at=at)
    assert lag.seconds(9, at=5) == 4
    assert lag.seconds(19, at=6) == 4
    assert lag.seconds(29, at=7) == 4
    assert lag.seconds(30, at=8) == 0


def test_who_stands_still_is_later_and_later() -> None:
    lag = Lag()
    for second in range(2 * NOTES_MAX):
        lag.note(second + 1, at=second)
    assert lag.seconds(0, at=2 * NOTES_MAX) == NOTES_MAX, "what is kept is bounded"
