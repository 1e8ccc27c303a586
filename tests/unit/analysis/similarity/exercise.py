"""Feeds a kernel, which may be built with sanitizers, with sequences of all kinds: `python -m … LIBRARY`."""

from pathlib import Path
from random import Random
import sys

import numpy as np

from assay.analysis.similarity.kernel import Kernel


def main(library: Path) -> None:
    kernel = Kernel(library)
    chance = Random(1)  # noqa: S311  no secret
    for turn in range(400):
        kinds = chance.choice((1, 2, 5, 50))
        a, b = (
            np.array([chance.randint(0, kinds) for _ in range(chance.randint(0, 120))], dtype=np.uint32)
            for _ in range(2)
        )
        k, window, shortest = chance.randint(1, 9), chance.randint(1, 6), chance.randint(1, 9)
        kernel.fingerprints(a, k=k, window=window)
        kernel.tiles(a, b, shortest=shortest, steps_max=chance.choice((0, 1, 50, 1 << 40)))
        starts = np.array([0, len(a), len(a) + len(b)], dtype=np.uint64)
        pairs = np.array([[0, 1], [1, 0], [0, 0]] * (turn % 3), dtype=np.uint32).reshape(-1, 2)
        kernel.covered(
            np.concatenate([a, b]),
            starts,
            pairs,
            shortest=shortest,
            steps_per_token_max=chance.choice((1, 1 << 20)),
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
