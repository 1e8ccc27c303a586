"""Build hook: puts the bundled front end and the attack programs into the wheel.

An editable install skips it: there `make frontend` does the first into the source tree, and the second are
found in the checkout.
"""

from pathlib import Path
import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelContentsHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            subprocess.run([sys.executable, Path(self.root) / "frontend" / "build.py"], check=True)
            build_data["force_include"]["cell/tests/escape"] = "assay/operate/attacks/programs"
