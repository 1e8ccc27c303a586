"""What only a Docker engine can show. `make test-docker` starts one; without it nothing is collected."""

import os

from tests.conftest import ROOT

if "ASSAY_TEST_DOCKER_SOCKET" not in os.environ:
    collect_ignore_glob = [str(ROOT / "tests/docker/test_*.py")]
