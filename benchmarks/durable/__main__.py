"""Run the benchmarks named as arguments, all of them without any."""

import sys

from benchmarks.durable import brokers, burst, history, intake, queue, wakeup
from benchmarks.sandbox.machine import describe


def queues() -> None:
    """Without a broker on each store, then with each broker."""
    queue.main()
    brokers.main()


ALL = {
    "queue": queues,
    "intake": intake.main,
    "burst": burst.main,
    "wakeup": wakeup.main,
    "history": history.main,
}


def main() -> None:
    unknown = [name for name in sys.argv[1:] if name not in ALL]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
    print(", ".join(f"{name} {value}" for name, value in describe().items()))
    for name in sys.argv[1:] or ALL:
        print(f"== {name}")
        ALL[name]()
        print()


if __name__ == "__main__":
    main()
