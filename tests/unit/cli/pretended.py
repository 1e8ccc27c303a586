"""A pretended sandbox under the real commands, and packages and sources to give them."""

import json
from pathlib import Path
from typing import Any

from typer.testing import Result

from assay.adapters.memory.sandbox import Ending, MemorySandbox
from assay.sandbox import CellInfo, Command, Status

SUBMISSIONS = {
    "accepted/right.sh": "right",
    "wrong_answer/wrong.sh": "wrong",
    "run_time_error/crash.sh": "crash",
}


def write_package(folder: Path, submissions: dict[str, str], *, problem_yaml: str | None = None) -> Path:
    """A package whose only secret test has the input 2 and the answer 4."""
    texts = {
        "problem.yaml": problem_yaml
        or "problem_format_version: 2025-09\nname: Double\nuuid: 5c3b1f7e-0000-4000-8000-000000000000\n"
        "license: cc0\nlimits:\n  time_limit: 1\n  memory: 64\n",
        "problem_statement/problem.en.md": "Double it.",
        "statement/problem.en.md": "# Double\n\nDouble it.",
        "data/sample/1.in": "1\n",
        "data/sample/1.ans": "2\n",
        "data/secret/1.in": "2\n",
        "data/secret/1.ans": "4\n",
        **{f"submissions/{path}": f"echo {content}\n" for path, content in submissions.items()},
    }
    if problem_yaml is None:
        del texts["problem_statement/problem.en.md"]
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def obey(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """A program that does what its source says: right, wrong or crash."""
    if command.box_writable:
        return Ending()
    source = b"".join(files.values())
    if b"crash" in source:
        return Ending(exit_code=1)
    if b"wrong" in source:
        return Ending(stdout=b"0\n")
    if b"ours" in source:
        return Ending(status=Status.INTERNAL, exit_code=None, detail="no cgroup")
    return Ending(stdout=b"%d\n" % (2 * int(stdin)))


class FakeCell(MemorySandbox):
    async def info(self) -> CellInfo:
        return CellInfo(
            version="0",
            kernel="0",
            architecture="x86_64",
            cgroup_version=1,
            memory_peak="exact",
            isolation=(),
            views=(),
            slots=1,
            box_bytes=1,
        )


def source(folder: Path, text: str | bytes = "echo right\n", name: str = "two words.sh") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def answer(result: Result) -> Any:
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return json.loads(result.stdout)
