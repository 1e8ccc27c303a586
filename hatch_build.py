"""Build hook: puts the bundled front end, the kernel of similarity and the attack programs into the wheel.

An editable install skips it: there `make frontend kernel` does the first two into the source tree, and the
third are found in the checkout.
"""

from pathlib import Path
import subprocess
import sys
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = "src/assay/analysis/similarity/native"
LIBRARY = "build/libsimilarity.so"


class WheelContentsHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            subprocess.run([sys.executable, Path(self.root) / "frontend" / "build.py"], check=True)
            subprocess.run(["make", "--silent", "-C", Path(self.root) / KERNEL], check=True)  # noqa: S607
            build_data["force_include"][f"{KERNEL}/{LIBRARY}"] = f"{KERNEL.removeprefix('src/')}/{LIBRARY}"
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"  # of the machine, for the library; of no Python
            build_data["force_include"]["cell/tests/escape"] = "assay/operate/attacks/programs"
