"""The process's edge: what is refused is a line and an exit code, what is our bug stays a traceback."""

import errno
import json
import signal
import tempfile

import pytest

from assay.cli import main as edge


def type_failing(monkeypatch: pytest.MonkeyPatch, error: OSError, *words: str) -> int:
    def fails(**_: object) -> None:
        raise error

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(edge, "app", fails)
    monkeypatch.setattr("sys.argv", ["assay", *words])
    try:
        with pytest.raises(SystemExit) as caught:
            edge.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    error = OSError(number, "No space left on device", "/somewhere/file")
    assert type_failing(monkeypatch, error) == 3
    words = capsys.readouterr().err
    assert words.startswith("assay: /somewhere/file: no space left on device")
    assert tempfile.gettempdir() in words
    assert type_failing(monkeypatch, error, "--json") == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unavailable"


def test_other_trouble_with_files_is_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError):
        type_failing(monkeypatch, FileNotFoundError(errno.ENOENT, "No such file"))
