"""Attacks on the compilation, one a file or folder in compile/, through the product's own languages.

    //! attack: what is tried; what stops it       (the marker is //!, #! or --!, in one of the first lines)
    //! verdict: CE | RTE                          ok: it compiles, runs and exits with 0
    //! stdout: what the program prints            says: a part of what the compiler prints
    //! limits: cpu_time_ms=500                    the others are below

In every source `@HOST_FILE@` stands for a file of the host that everybody may read and that no view shows,
`@HOST_NAME@` for its name. Whatever the verdict, nothing of it or of /etc/shadow may come out anywhere. After
each, a victim in another slot must not have noticed anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
import os
from pathlib import Path
import re
import secrets
import tempfile

import pytest

from assay.domain.language import Language
from assay.domain.limits import Limits
from assay.domain.submission import SourceFile
from assay.judging.budget import compile_limits, run_command, run_limits
from assay.judging.classify import classify_run
from assay.judging.compilation import Compilation, prepare
from assay.languages import expand_views, load_catalogue, load_views
from assay.languages.commands import run_argv
from assay.languages.toolchain import is_available
from assay.sandbox import Cell, CellConfig, Command, Facts, Slot, Status
from tests.conftest import needs_root
from tests.security.harness import ROOMY, SLOWNESS, make_config, run, running_cell, short_folder

pytestmark = needs_root

MIB = 1 << 20
CORPUS = Path(__file__).with_name("compile")
HEADER_LINES = 12  # some languages want something else first
HEADER = re.compile(r"(?://|#|--)! (\w+): (.+)")
KEYS = {"attack", "verdict", "stdout", "says", "limits"}
LIMITS = Limits(
    cpu_time_ms=2000 * SLOWNESS,
    memory_bytes=256 * MIB,
    output_bytes=8 * MIB,
    source_bytes=1 << 16,
    compile_time_ms=10_000 * SLOWNESS,
    compile_memory_bytes=1024 * MIB,
)
PATIENT = replace(LIMITS, compile_time_ms=60_000 * SLOWNESS)  # Crystal takes 16 s to compile anything
LANGUAGES = load_catalogue()
ALL = os.environ.get("ASSAY_TEST_LANGUAGES") == "all"
TRIED = [language for language in LANGUAGES.all() if language.is_core or (ALL and is_available(language))]


@dataclass(frozen=True, kw_only=True)
class HostFile:
    path: Path
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Judged:
    verdict: str
    compilation: Compilation
    facts: Facts | None  # of the run
    stdout: bytes
    stderr: bytes


def header_of(source: str) -> dict[str, str]:
    found = {}
    for line in source.splitlines()[:HEADER_LINES]:
        match = HEADER.fullmatch(line)
        if match is not None:
            found[match[1]] = match[2]
    return found


def attack_files(attack: Path) -> list[Path]:
    return [attack] if attack.is_file() else sorted(path for path in attack.rglob("*") if path.is_file())


def main_of(attack: Path) -> Path:
    (main,) = (path for path in attack_files(attack) if "attack" in header_of(path.read_text()))
    return main


@pytest.fixture(scope="module")
def host_file() -> Iterator[HostFile]:
    """Where a judge's own data would be: for everybody to read, and in no view."""
    with tempfile.TemporaryDirectory(prefix="assay-secret-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        file = HostFile(path=Path(name) / f"h{secrets.token_hex(8)}", content=secrets.token_hex(16).encode())
        file.path.write_bytes(file.content)
        file.path.chmod(0o644)
        yield file


@pytest.fixture(scope="module")
def product_cell(host_file: HostFile) -> Iterator[CellConfig]:
    """With the views that ship with the product."""
    with short_folder() as folder:
        config = make_config(folder, views=expand_views(load_views()), first_slot_uid=61_400)
        with running_cell(config):
            yield config


def sources_of(attack: Path, host_file: HostFile) -> list[SourceFile]:
    """As they would be submitted."""
    marks = {b"@HOST_FILE@": str(host_file.path).encode(), b"@HOST_NAME@": host_file.path.name.encode()}
    files = []
    for path in attack_files(attack):
        content = path.read_bytes()
        for mark, value in marks.items():
            content = content.replace(mark, value)
        name = f"main{attack.suffix}" if attack.is_file() else str(path.relative_to(attack))
        files.append(SourceFile(name=name, content=content))
    return files


async def judge(
    slot: Slot, files: list[SourceFile], language: Language, limits: Limits, stdin: str = ""
) -> Judged:
    """Compile and, if that went well, run once, as the product does."""
    compilation = await prepare(slot, files, language, compile_limits(limits))
    if compilation.ruling.verdict is not None:
        return Judged(
            verdict=compilation.ruling.verdict, compilation=compilation, facts=None, stdout=b"", stderr=b""
        )
    of_run = run_limits(limits, language)
    command = run_command(language.run, run_argv(language, files, of_run.memory_bytes), of_run, runs=1)
    facts, stdout, stderr = await execute(slot, command, stdin.encode())
    return Judged(
        verdict=classify_run(facts, command).verdict or "ok",
        compilation=compilation,
        facts=facts,
        stdout=stdout,
        stderr=stderr,
    )


async def execute(slot: Slot, command: Command, stdin: bytes) -> tuple[Facts, bytes, bytes]:
    fds = [os.memfd_create(name) for name in ("stdin", "stdout", "stderr")]
    try:
        os.pwrite(fds[0], stdin, 0)
        facts = await slot.run(command, stdin=fds[0], stdout=fds[1], stderr=fds[2])
        out, err = (os.pread(fd, os.fstat(fd).st_size, 0) for fd in fds[1:])
    finally:
        for fd in fds:
            os.close(fd)
    return facts, out, err


def secrets_of_host(host_file: HostFile) -> list[bytes]:
    shadow = Path("/etc/shadow").read_bytes().splitlines()
    return [host_file.content, host_file.content.hex().encode(), *(line for line in shadow if len(line) > 8)]


# Options, response files, shell words, patterns, quotes, what turns the writing round: intake takes them all.
NAMES = [
    "-o stolen;$(id)`id`|id&*~%s%n \u202eüñ\U0001f600",
    "@stolen",
    "-x",
    'it\'s "quoted" {main}',
    "x" * 240,
]


@pytest.mark.parametrize("name", NAMES, ids=["shell words", "at", "option", "quotes", "long"])
@pytest.mark.parametrize("language", TRIED, ids=lambda language: language.id)
async def test_a_name_of_a_file_is_never_more_than_a_name(
    language: Language, name: str, product_cell: CellConfig
) -> None:
    """The program is compiled and run as if it had its usual one."""
    cell = await Cell.connect(product_cell.socket_path)
    test = language.self_test
    source = SourceFile(name=f"{name}.{language.extensions[0]}", content=test.source.encode())
    async with cell.slot() as slot:
        judged = await judge(slot, [source], language, PATIENT, test.stdin)
    assert (judged.verdict, judged.stdout.decode()) == ("ok", test.stdout), judged


@pytest.mark.parametrize("language", TRIED, ids=lambda language: language.id)
async def test_a_name_of_another_file_is_taken_or_refused_by_that_name(
    language: Language, product_cell: CellConfig
) -> None:
    """Others refer to it by its name, so that it must stay as it is."""
    cell = await Cell.connect(product_cell.socket_path)
    test = language.self_test
    main = SourceFile(name=language.source_name, content=test.source.encode())
    other = SourceFile(name=f"-o stolen;$(id).{language.extensions[0]}", content=b"")
    async with cell.slot() as slot:
        judged = await judge(slot, [main, other], language, PATIENT, test.stdin)
    if judged.verdict == "CE":
        assert b"-o stolen;$(id)" in judged.compilation.output, judged
    else:
        assert (judged.verdict, judged.stdout.decode()) == ("ok", test.stdout), judged


@pytest.mark.parametrize("attack", sorted(CORPUS.iterdir()), ids=lambda attack: attack.name)
async def test_an_attack_on_the_compilation(
    attack: Path, product_cell: CellConfig, host_file: HostFile
) -> None:
    main = main_of(attack)
    header = header_of(main.read_text())
    assert set(header) <= KEYS, "a misspelt key would expect nothing"
    changes = dict(pair.split("=") for pair in header.get("limits", "").split())
    limits = replace(LIMITS, **{name: int(value) for name, value in changes.items()})
    if "cpu_time_ms" in changes:
        limits = replace(limits, cpu_time_ms=limits.cpu_time_ms * SLOWNESS)
    language = LANGUAGES.for_file_name(main.name)
    assert language is not None
    cell = await Cell.connect(product_cell.socket_path)
    async with cell.slot() as victims, cell.slot() as slot:
        judged = await judge(slot, sources_of(attack, host_file), language, limits)
        victim = await run(victims, "/usr/bin/bash", "-c", "echo unharmed", view="bash", limits=ROOMY)
    outputs = judged.compilation.output + judged.stdout + judged.stderr
    assert not [secret for secret in secrets_of_host(host_file) if secret in outputs], outputs
    assert judged.verdict in header["verdict"].split(" | "), judged
    if "stdout" in header:
        assert judged.stdout.decode().strip() == header["stdout"], judged
    assert header.get("says", "").encode() in judged.compilation.output
    assert (victim.facts.status, victim.stdout) == (Status.EXITED, b"unharmed\n")
    assert host_file.path.read_bytes() == host_file.content
    assert list(host_file.path.parent.iterdir()) == [host_file.path]
