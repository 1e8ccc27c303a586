"""Dropping privileges, seen from the outside: a child process drops and reports what it can still do."""

import json
from pathlib import Path
import pwd
import subprocess
import sys
import textwrap

import pytest

from assay.errors import Unavailable
from assay.operate.privileges import choose_identity
from tests.conftest import needs_root

SOURCE = Path(__file__).resolve().parents[3] / "src"


def in_child(program: str, *arguments: Path) -> "subprocess.CompletedProcess[str]":
    """Run a program that starts as root with the source on its path; `nobody` is whom it becomes."""
    prelude = """
        import json, os, sys
        from pathlib import Path
        from assay.operate.privileges import choose_identity, drop_privileges
        identity = choose_identity({}, "nobody")
        paths = [Path(each) for each in sys.argv[1:]]
    """
    code = textwrap.dedent(prelude) + textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_root
def test_nothing_privileged_is_left() -> None:
    result = in_child(
        """
        drop_privileges(identity, reachable=[])
        status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
        print(json.dumps({key: status[key] for key in
            ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")}))
        """
    )
    assert result.returncode == 0, result.stderr
    status = json.loads(result.stdout)
    nobody = pwd.getpwnam("nobody")
    assert status["Uid"].split() == [str(nobody.pw_uid)] * 4
    assert status["Gid"].split() == [str(nobody.pw_gid)] * 4
    assert status["Groups"].strip() == ""
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[capabilities], 16) == 0, capabilities
    assert status["NoNewPrivs"] == "1"


@needs_root
def test_root_cannot_be_regained() -> None:
    result = in_child(
        """
        drop_privileges(identity, reachable=[])
        try:
            os.setuid(0)
        except PermissionError:
            print("refused")
        """
    )
    assert result.stdout == "refused\n", result.stderr


@needs_root
def test_needed_paths_stay_reachable_below_closed_folders(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    needed = closed / "deeper" / "needed"
    needed.mkdir(parents=True)
    (needed / "file").write_text("here")
    (closed / "secret").write_text("not for others")
    alone = closed / "deeper" / "alone.txt"
    alone.write_text("a single file")
    for folder in (closed, closed / "deeper"):
        folder.chmod(0o700)

    result = in_child(
        """
        drop_privileges(identity, reachable=paths)
        needed, alone = paths
        print((needed / "file").read_text(), alone.read_text(), (needed.parents[1] / "secret").exists())
        """,
        needed,
        alone,
    )

    assert result.stdout == "here a single file False\n", result.stderr


@needs_root
def test_a_needed_path_inside_another_behind_a_second_closed_folder(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    inner = outer / "closed" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_text("inner")
    outer.chmod(0o755)
    (outer / "closed").chmod(0o700)

    result = in_child(
        """
        drop_privileges(identity, reachable=paths)
        print((paths[1] / "file").read_text())
        """,
        outer,
        inner,
    )

    assert result.stdout == "inner\n", result.stderr


@needs_root
def test_the_machine_sees_none_of_it(tmp_path: Path) -> None:
    needed = tmp_path / "closed" / "needed"
    needed.mkdir(parents=True)
    needed.parent.chmod(0o700)
    before = Path("/proc/self/mountinfo").read_text()

    result = in_child("drop_privileges(identity, reachable=paths)", needed)

    assert result.returncode == 0, result.stderr
    assert Path("/proc/self/mountinfo").read_text() == before


@needs_root
def test_the_user_behind_sudo_is_preferred() -> None:
    nobody = pwd.getpwnam("nobody")
    assert choose_identity({"SUDO_UID": str(nobody.pw_uid)}, None).uid == nobody.pw_uid


@needs_root
@pytest.mark.parametrize(("user", "word"), [("no-such-user", "useradd"), ("root", "ordinary user")])
def test_a_useless_user_is_refused_with_a_remedy(user: str, word: str) -> None:
    with pytest.raises(Unavailable, match=word):
        choose_identity({}, user)


@needs_root
def test_a_number_without_a_name_is_a_user_too() -> None:
    result = in_child("os.setgid(54322), os.setuid(54321); print(choose_identity({}, None))")
    assert result.stdout == "Identity(name='54321', uid=54321, gid=54322)\n", result.stderr


def test_a_sudo_user_without_a_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(Unavailable, match="ASSAY_USER"):
        choose_identity({"SUDO_UID": "54321"}, None)


@needs_root
def test_acting_as_another_lasts_for_a_moment_even_if_it_ends_badly() -> None:
    result = in_child(
        """
        from assay.operate.privileges import acting_as
        groups = os.getgroups()
        try:
            with acting_as(identity):
                print(os.geteuid() == identity.uid, os.getegid() == identity.gid, os.getgroups())
                open("/etc/shadow").read()
        except PermissionError:
            print("refused")
        print(os.getresuid(), os.getresgid(), os.getgroups() == groups)
        """
    )
    assert result.stdout == "True True []\nrefused\n(0, 0, 0) (0, 0, 0) True\n", result.stderr
