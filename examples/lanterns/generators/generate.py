"""Write the random tests into the folder given as the only argument."""

import random
import sys
from pathlib import Path

SEED = 1851
DROPS_MAX = 10**9


def write_test(path: Path, drops: list[int]) -> None:
    path.write_text(f"{len(drops)}\n{' '.join(map(str, drops))}\n", encoding="ascii")


def main() -> None:
    folder = Path(sys.argv[1])
    rng = random.Random(SEED)
    write_test(folder / "04-random-small.in", [rng.randint(0, 1000) for _ in range(300)])
    write_test(folder / "05-random-large.in", [rng.randint(0, DROPS_MAX) for _ in range(999)])
    write_test(folder / "06-all-at-their-most.in", [DROPS_MAX] * 1000)


if __name__ == "__main__":
    main()
