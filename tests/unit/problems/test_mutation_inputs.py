"""Changes of inputs: repeatable, and enough of them to reach whatever is near."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from assay.problems.mutation.inputs import numbers_in, vary


def drawing(seed: int | str) -> Random:
    return Random(seed)  # noqa: S311  to be repeatable


def varied(content: bytes, count: int, known: tuple[int, ...] = ()) -> set[bytes]:
    random = drawing("inputs")
    return {vary(content, random, known) for _ in range(count)}


def test_the_neighbours_of_an_input_are_reached() -> None:
    found = varied(b"3\n1 2 3\n", 4000, known=(77,))
    for wanted in (
        b"3\n1 2 4\n",  # one more
        b"3\n2 1 3\n",  # swapped
        b"3\n1 1 3\n",  # copied
        b"2\n1 2\n",  # one less, and the count with it
        b"3\n1 2 77\n",  # a number from another input
        b"3\n1 -2 3\n",
        b"3\n1 2 1000000000\n",
    ):
        assert wanted in found, wanted


def test_lines_and_words_too() -> None:
    found = varied(b"2\nab\nba\n", 4000)
    for wanted in (b"1\nab\n", b"3\nab\nab\nba\n", b"2\nba\nab\n", b"2\nbb\nba\n", b"2\na\nba\n"):
        assert wanted in found, wanted


def test_the_same_seed_gives_the_same() -> None:
    one, other = ([vary(b"3\n1 2 3\n", drawing(seed), ()) for _ in range(5)] for seed in (7, 7))
    assert one == other


@given(st.binary(max_size=40), st.integers())
def test_any_bytes_will_do(content: bytes, seed: int) -> None:
    assert isinstance(vary(content, drawing(seed), (5,)), bytes)


def test_numbers() -> None:
    assert numbers_in(b"-7 007 0 x1 12\n99999999999999999999 1.5") == [-7, 0, 12, 99999999999999999999]
