"""Build hook: puts the bundled front end into the wheel.

An editable install skips it, since there `make frontend` does the same into the source tree.
"""

from pathlib import Path
import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontendBuildHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            subprocess.run([sys.executable, Path(self.root) / "frontend" / "build.py"], check=True)
