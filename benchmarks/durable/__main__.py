"""Run the benchmarks named as arguments, all of them without any."""

from benchmarks.durable import brokers, burst, history, intake, queue, wakeup
from benchmarks.named import run_named


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

if __name__ == "__main__":
    run_named(ALL)
