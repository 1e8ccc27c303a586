"""What Python encodes is what the cell's own decoder understands; garbage in either direction is refused."""

from collections.abc import Iterator
import contextlib
from dataclasses import fields
import json
import os
from pathlib import Path
import re
import struct
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.sandbox import BadName, Command, Policy, RequestRefused, RunLimits, SandboxError, protocol
from assay.sandbox.facts import ARGUMENTS_MAX, CORE_SHIFT_MAX, ENVIRONMENT_MAX
from assay.sandbox.protocol import VERSION, Kind, Want, encode_folder, encode_list, encode_remove

CELL = Path(__file__).parents[3] / "cell"
SOURCES = [CELL / "fuzz/show_request.c", CELL / "src/protocol.c", CELL / "src/fault.c"]
# A limit's name and bounds, as protocol.c writes them: a table of {"name", low, high}.
BOUND = re.compile(r'\{"(\w+)", (.+?), (.+?)\}[,}\n]')


class Decoder:
    """The cell's decoder as a process of its own (cell/fuzz/show_request.c), under ASan and UBSan."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def understands(self, packet: bytes) -> list[tuple[str, str]]:
        """Names and values, in order."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(struct.pack("<I", len(packet)) + packet)
        stdin.flush()
        shown = []
        while line := stdout.readline().decode().rstrip("\n"):
            name, _, value = line.partition(" ")
            shown.append((name, value))
        assert self._process.poll() is None, "the decoder has died"
        return shown


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decoder]:
    program = tmp_path_factory.mktemp("decoder") / "show_request"
    flags = ["-std=c17", "-D_GNU_SOURCE", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run(["/usr/bin/gcc", *flags, "-o", program, *SOURCES], check=True)
    process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        yield Decoder(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


def bounds() -> dict[str, tuple[int, int]]:
    """Those of each limit, read from the C source, where they are."""
    table = (CELL / "src/protocol.c").read_text().partition("limit_bounds[] = {")[2].partition("};")[0]
    found = {}
    for name, *texts in BOUND.findall(table):
        found[name] = (_number(texts[0]), _number(texts[1]))
    return found


def _number(text: str) -> int:
    """A constant of C: 12, 1 << 20, UINT64_C(1) << 44."""
    value, _, shift = re.sub(r"UINT64_C\((\d+)\)", r"\1", text).partition(" << ")
    return int(value) << int(shift or 0)


LIMITS = st.fixed_dictionaries({name: st.integers(*pair) for name, pair in bounds().items()})
# File names and arguments are bytes; Python shows what is no UTF-8 in them as surrogates.
TEXT = st.binary(max_size=300).filter(lambda raw: b"\0" not in raw).map(os.fsdecode)
NAMES = TEXT.filter(lambda text: text != "" and "=" not in text)
COMMANDS = st.builds(
    lambda program, rest, **others: Command(argv=("/" + program, *rest), **others),
    program=TEXT,
    rest=st.lists(TEXT, max_size=20),
    env=st.dictionaries(NAMES, TEXT, max_size=20),
    view=TEXT,
    limits=LIMITS.map(lambda numbers: RunLimits(**numbers)),
    policy=st.sampled_from(Policy),
    box_writable=st.booleans(),
    in_box=st.booleans(),
    repeat=st.booleans(),
    warm=st.booleans(),
    core_shift=st.integers(0, CORE_SHIFT_MAX),
)


def hexed(text: str) -> str:
    return os.fsencode(text).hex()


def test_the_bounds_are_of_all_limits() -> None:
    assert list(bounds()) == [field.name for field in fields(RunLimits)]


@settings(max_examples=150, deadline=None)
@given(command=COMMANDS)
def test_a_run_is_understood_as_it_was_meant(decoder: Decoder, command: Command) -> None:
    limits = [(field.name, str(getattr(command.limits, field.name))) for field in fields(RunLimits)]
    assert decoder.understands(protocol.encode_run(command)) == [
        ("version", str(VERSION)),
        ("box_writable", str(int(command.box_writable))),
        ("in_box", str(int(command.in_box))),
        ("repeat", str(int(command.repeat))),
        ("warm", str(int(command.warm))),
        *limits,
        ("core_shift", str(command.core_shift)),
        ("view", hexed(command.view)),
        ("policy", hexed(command.policy)),
        *(("argument", hexed(argument)) for argument in command.argv),
        *(("variable", hexed(f"{name}={value}")) for name, value in command.env.items()),
    ]


def test_the_most_that_a_command_may_have_is_understood(decoder: Decoder) -> None:
    argv = tuple(f"/{number}" for number in range(ARGUMENTS_MAX))
    env = {str(number): "" for number in range(ENVIRONMENT_MAX)}
    limits = RunLimits(**{name: pair[1] for name, pair in bounds().items()})
    shown = decoder.understands(
        protocol.encode_run(
            Command(argv=argv, env=env, view="", limits=limits, policy=Policy.NATIVE, box_writable=False)
        )
    )
    assert [value for name, value in shown if name == "argument"] == [hexed(argument) for argument in argv]
    assert [value for name, value in shown if name == "variable"] == [hexed(f"{name}=") for name in env]


@settings(deadline=None)
@given(name=TEXT, executable=st.booleans(), bytes_max=st.integers(0, 2**64 - 1))
def test_files_are_named_as_they_were_meant(
    decoder: Decoder, name: str, executable: bool, bytes_max: int
) -> None:
    version, flag, shown, _ = decoder.understands(protocol.encode_put(name, executable=executable))
    assert (version, flag, shown) == (
        ("version", str(VERSION)),
        ("executable", str(int(executable))),
        ("name", hexed(name)),
    )
    _, most, shown, _ = decoder.understands(protocol.encode_get(name, bytes_max=bytes_max))
    assert (most, shown) == (("bytes_max", str(bytes_max)), ("name", hexed(name)))


NAMED = {Kind.FOLDER: encode_folder, Kind.LIST: encode_list, Kind.REMOVE: encode_remove}


@settings(deadline=None)
@given(name=TEXT, kind=st.sampled_from(sorted(NAMED)))
def test_folders_are_named_as_they_were_meant(decoder: Decoder, name: str, kind: Kind) -> None:
    _, meant, shown, _ = decoder.understands(NAMED[kind](name))
    assert (meant, shown) == (("kind", str(int(kind))), ("name", hexed(name)))


@pytest.mark.parametrize("want", list(Want))
def test_a_hello_is_understood(decoder: Decoder, want: Want) -> None:
    assert decoder.understands(protocol.encode_hello(want))[1:] == [("want", str(int(want)))]


@settings(max_examples=150, deadline=None)
@given(command=COMMANDS, at=st.integers(0, 2000), byte=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_run_is_refused_or_a_different_one(
    decoder: Decoder, command: Command, at: int, byte: int, cut: bool
) -> None:
    good = protocol.encode_run(command)
    at %= len(good)
    bad = good[:at] if cut else good[:at] + bytes([good[at] ^ byte]) + good[at + 1 :]
    shown = decoder.understands(bad)
    assert shown[-1][0] == "refused" or (not cut and shown != decoder.understands(good))


@pytest.mark.parametrize(
    "packet",
    [
        protocol.encode_hello(Want.SLOT),
        protocol.encode_put("x", executable=True),
        protocol.encode_get("x", bytes_max=1),
        *(encode("x") for encode in NAMED.values()),
        protocol.encode_run(
            Command(
                argv=("/x",),
                env={},
                view="host",
                limits=RunLimits(**{name: pair[0] for name, pair in bounds().items()}),
                policy=Policy.SHELL,
                box_writable=True,
            )
        ),
    ],
    ids=["hello", "put", "get", "folder", "list", "remove", "run"],
)
def test_a_packet_is_exactly_as_long_as_what_it_says(decoder: Decoder, packet: bytes) -> None:
    assert decoder.understands(packet)[-1][0] != "refused"
    for length in range(len(packet)):
        assert decoder.understands(packet[:length])[-1][0] == "refused"
    for more in (b"\0", b"\0\0\0\0", packet):
        assert decoder.understands(packet + more)[-1][0] == "refused"


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_a_name_that_no_file_can_have_is_refused_before_it_is_sent(text: str) -> None:
    with pytest.raises(BadName):
        protocol.encode_put(text, executable=False)
    with pytest.raises(BadName):
        protocol.encode_get(text, bytes_max=1)
    for encode in NAMED.values():
        with pytest.raises(BadName):
            encode(text)


@pytest.mark.parametrize("number", [-1, 2**64, 1.5])
def test_a_number_that_does_not_fit_is_refused_before_it_is_sent(number: float) -> None:
    with pytest.raises(RequestRefused, match="64 bits"):
        protocol.encode_get("x", bytes_max=number)  # type: ignore[arg-type]


# --- answers ------------------------------------------------------------------------------------------

WORDS = st.binary(max_size=80).map(lambda raw: struct.pack("<I", len(raw)) + raw + b"\0")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)
SHORT = st.text(max_size=9)
INFO = (
    st.fixed_dictionaries(
        {
            **dict.fromkeys(("version", "kernel", "architecture", "memory_peak"), SHORT | JSON),
            **dict.fromkeys(("cgroup_version", "slots", "box_bytes"), st.integers() | JSON),
            **dict.fromkeys(("isolation", "views"), st.lists(SHORT | JSON, max_size=3) | JSON),
        }
    )
    | JSON
)
BODIES = st.one_of(
    st.binary(max_size=200),
    WORDS,
    st.tuples(st.binary(min_size=4, max_size=4), WORDS).map(b"".join),
    st.tuples(st.binary(min_size=64, max_size=64), WORDS).map(b"".join),
    INFO.map(lambda data: protocol._string(json.dumps(data))),
)
HEADERS = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(Kind).map(lambda kind: struct.pack("<4sHH", b"CELL", VERSION, kind)),
)


@settings(max_examples=500, deadline=None)
@given(header=HEADERS, body=BODIES, kind=st.sampled_from(Kind))
def test_an_answer_does_no_worse_than_a_sandbox_error(header: bytes, body: bytes, kind: Kind) -> None:
    for step in (
        lambda: protocol.body_of(header + body, kind),
        lambda: protocol.decode_facts(body),
        lambda: protocol.decode_info(body),
        lambda: protocol.decode_got(body),
        lambda: protocol.decode_listed(body),
    ):
        with contextlib.suppress(SandboxError):
            step()


@settings(deadline=None)
@given(data=INFO)
def test_info_has_the_types_that_it_promises(data: object) -> None:
    body = protocol._string(json.dumps(data))
    try:
        info = protocol.decode_info(body)
    except SandboxError:
        return
    for name in ("version", "kernel", "architecture", "memory_peak"):
        assert type(getattr(info, name)) is str
    for name in ("cgroup_version", "slots", "box_bytes"):
        assert type(getattr(info, name)) is int
    assert all(type(name) is str for name in (*info.isolation, *info.views))


@pytest.mark.parametrize("words", [b"", b"why"])
def test_an_error_answer_has_words(words: bytes) -> None:
    answer = struct.pack("<4sHHII", b"CELL", VERSION, Kind.ERROR, 2, len(words)) + words + b"\0"
    with pytest.raises(RequestRefused, match=r"why|code 2"):
        protocol.decode(answer)


def test_info_that_is_nested_without_end_is_refused() -> None:
    deep = "[" * 60_000
    with pytest.raises(SandboxError):
        protocol.decode_info(struct.pack("<I", len(deep)) + deep.encode() + b"\0")
