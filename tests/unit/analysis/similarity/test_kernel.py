"""The compiled kernel does what its plain twin does, for any input; and no step of it is undefined."""

from pathlib import Path
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from assay.analysis.similarity import kernel as module
from assay.analysis.similarity.kernel import Kernel, Tile
from assay.errors import Unavailable
from tests.unit.analysis.similarity import twin
from tests.unit.analysis.similarity.made import numbers

NATIVE = Path(module.__file__).parent / "native"
ANY_STEPS = 1 << 40
# Few kinds of tokens, so that much is equal; 0 is a break.
sequences = st.lists(st.integers(0, 3), max_size=30)


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    return Kernel()


@settings(max_examples=150, deadline=None)
@given(a=sequences, b=sequences, shortest=st.integers(1, 5))
def test_tiles_are_those_of_greedy_string_tiling(a: list[int], b: list[int], shortest: int) -> None:
    tiling = Kernel().tiles(numbers(*a), numbers(*b), shortest=shortest, steps_max=ANY_STEPS)
    assert list(tiling.tiles) == twin.tiles(a, b, shortest=shortest)
    assert not tiling.cut


@settings(max_examples=150, deadline=None)
@given(tokens=sequences, k=st.integers(1, 4), window=st.integers(1, 5))
def test_fingerprints_are_those_of_robust_winnowing(tokens: list[int], k: int, window: int) -> None:
    found = Kernel().fingerprints(numbers(*tokens), k=k, window=window)
    assert found.tolist() == twin.fingerprints(tokens, k=k, window=window)


@settings(max_examples=60, deadline=None)
@given(many=st.lists(sequences, min_size=2, max_size=4), shortest=st.integers(1, 5))
def test_many_pairs_at_once_cover_what_each_covers_alone(many: list[list[int]], shortest: int) -> None:
    pairs = [(a, b) for b in range(len(many)) for a in range(b)]
    starts = np.zeros(len(many) + 1, dtype=np.uint64)
    np.cumsum([len(each) for each in many], out=starts[1:])
    covered, was_cut = Kernel().covered(
        numbers(*(token for each in many for token in each)),
        starts,
        np.array(pairs, dtype=np.uint32),
        shortest=shortest,
        steps_per_token_max=1 << 20,
    )
    assert covered.tolist() == [
        sum(tile.length for tile in twin.tiles(many[a], many[b], shortest=shortest)) for a, b in pairs
    ]
    assert not was_cut.any()


def test_a_long_common_stretch_always_gives_a_common_fingerprint(kernel: Kernel) -> None:
    """Winnowing's guarantee: of w + k - 1 equal tokens both have a fingerprint."""
    shared = list(range(10, 21))
    for before in range(12):
        one = kernel.fingerprints(
            numbers(*range(100, 100 + before), *shared, *range(200, 220)), k=8, window=4
        )
        other = kernel.fingerprints(numbers(*range(300, 317), *shared, *range(400, 409)), k=8, window=4)
        assert set(one.tolist()) & set(other.tolist())


def test_what_repeats_itself_costs_bounded_steps_and_says_so(kernel: Kernel) -> None:
    same = np.ones(50_000, dtype=np.uint32)
    tiling = kernel.tiles(same, same, shortest=8, steps_max=1_000_000)
    assert tiling.cut
    assert tiling.tiles == (Tile(a=0, b=0, length=50_000),)


def test_a_kernel_that_is_not_there_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="make kernel"):
        Kernel(tmp_path / "libsimilarity.so")


def test_no_step_is_undefined(tmp_path: Path) -> None:
    """The kernel under ASan and UBSan, which end the process at the first misstep."""
    build = ["make", "--silent", "-C", str(NATIVE), f"BUILD={tmp_path}", "sanitize"]
    subprocess.run(build, check=True, timeout=60, capture_output=True)
    runtime = subprocess.run(
        ["/usr/bin/cc", "-print-file-name=libasan.so"],
        check=True,
        timeout=10,
        capture_output=True,
        text=True,
    ).stdout.strip()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.unit.analysis.similarity.exercise",
            tmp_path / "sanitize/libsimilarity.so",
        ],
        env={"LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0"},
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
