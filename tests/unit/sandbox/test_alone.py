"""The sandbox package needs nothing but Python's standard library and the cell."""

from pathlib import Path
import subprocess
import sys

SOURCE = Path(__file__).parents[3] / "src"


def test_it_is_imported_without_any_other_package() -> None:
    script = f"""
import sys
sys.path.insert(0, {str(SOURCE)!r})
import assay.sandbox
ours = [name for name in sys.modules if name.startswith("assay.")]
print([name for name in ours if not name.startswith("assay.sandbox")])
"""
    run = subprocess.run(  # -I -S: no site-packages, nor any other place for packages
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.stderr) == ("[]\n", "")
