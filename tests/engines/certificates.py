"""Certificates of the tests' own: each is its own authority, of 127.0.0.1."""

from dataclasses import dataclass
from pathlib import Path
import subprocess


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """PEM files."""

    path: Path
    key: Path


def make_certificate(folder: Path, name: str) -> Certificate:
    made = Certificate(path=folder / f"{name}.pem", key=folder / f"{name}.key")
    subprocess.run(
        [
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", str(made.key), "-out", str(made.path),
        ],
        check=True, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return made
