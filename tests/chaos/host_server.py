"""Doors or a relay that may be armed while they run: `python -m tests.chaos.host_server`, as `serve` is."""

from assay.cli.server import main
from tests.chaos.arming import listen_for_plans

if __name__ == "__main__":
    listen_for_plans()
    main()
