"""Which files a URL names for those who want to believe each other, and what is no such file."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assay.adapters.broker.trust import PASSWORD_BYTES_MAX, Trust, read_password, read_trust
from assay.errors import UsageError


def trust(options: Mapping[str, str], *, has_tls: bool = True) -> Trust:
    return read_trust(options, has_tls=has_tls, what="Redis", scheme="rediss")


def test_nobody_need_name_any() -> None:
    assert trust({}) == trust({}, has_tls=False) == Trust(ca_file=None, own=None)
    assert read_password(None, {}, what="Redis") is None
    assert read_password("said", {}, what="Redis") == "said"


def test_an_authority_and_a_certificate_of_ours(tmp_path: Path) -> None:
    ca, cert, key = (tmp_path / name for name in ("ca", "cert", "key"))
    for each in (ca, cert, key):
        each.touch()
    assert trust({"ca": str(ca), "cert": str(cert), "key": str(key)}) == Trust(ca_file=ca, own=(cert, key))


@pytest.mark.parametrize("names", [["ca"], ["cert", "key"]], ids="-".join)
def test_without_tls_no_file_is_for_anything(tmp_path: Path, names: list[str]) -> None:
    (tmp_path / "a.pem").touch()
    with pytest.raises(UsageError, match="rediss://"):
        trust(dict.fromkeys(names, str(tmp_path / "a.pem")), has_tls=False)


@pytest.mark.parametrize("name", ["cert", "key"])
def test_a_certificate_has_a_key(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.pem").touch()
    with pytest.raises(UsageError, match="cert=…&key=…"):
        trust({name: str(tmp_path / "a.pem")})


@pytest.mark.parametrize("path", ["/nowhere/at/all", "/", "", "a\0b"], ids=["none", "folder", "empty", "nul"])
def test_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="option ca"):
        trust({"ca": path})
    with pytest.raises(UsageError, match="password_file"):
        read_password(None, {"password_file": path}, what="Redis")


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"s3cret", "s3cret"),
        (b"s3cret\n", "s3cret"),
        (b"s3cret\r\n", "s3cret"),
        ("ü & @/:".encode(), "ü & @/:"),
    ],
    ids=["bare", "line", "dos", "odd"],
)
def test_a_password_is_a_files_only_line(tmp_path: Path, content: bytes, password: str) -> None:
    (tmp_path / "secret").write_bytes(content)
    assert read_password(None, {"password_file": str(tmp_path / "secret")}, what="Redis") == password


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"s3cret\ns3cret\n", b"\xff\xfe", b"s3cret" * PASSWORD_BYTES_MAX],
    ids=["empty", "newline", "lines", "bytes", "long"],
)
def test_what_is_no_password_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UsageError) as refusal:
        read_password(None, {"password_file": str(tmp_path / "file")}, what="Redis")
    assert "s3cret" not in refusal.value.message


def test_nobody_has_two_passwords(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("s3cret")
    with pytest.raises(UsageError, match="one password"):
        read_password("another", {"password_file": str(tmp_path / "file")}, what="Redis")
