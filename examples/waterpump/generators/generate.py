"""Write the random tests into the folder given as the only argument."""

import random
import sys
from pathlib import Path

SEED = 1852
HOUSES_MAX = 500
DISTANCE_MAX = 10_000


def write_test(path: Path, houses: list[tuple[int, int]]) -> None:
    lines = [f"{x} {y}\n" for x, y in houses]
    path.write_text(f"{len(houses)}\n{''.join(lines)}", encoding="ascii")


def main() -> None:
    folder = Path(sys.argv[1])
    rng = random.Random(SEED)

    def anywhere() -> int:
        return rng.randint(-DISTANCE_MAX, DISTANCE_MAX)

    write_test(folder / "06-scattered.in", [(anywhere(), anywhere()) for _ in range(HOUSES_MAX)])
    write_test(folder / "07-near-the-lane.in", [(anywhere(), rng.randint(-3, 3)) for _ in range(HOUSES_MAX)])
    village = [(rng.randint(9_000, 9_020), rng.randint(-5, 5)) for _ in range(300)]
    farms = [(rng.randint(-DISTANCE_MAX, -9_000), anywhere()) for _ in range(199)]
    write_test(folder / "08-village-and-farms.in", village + farms)


if __name__ == "__main__":
    main()
