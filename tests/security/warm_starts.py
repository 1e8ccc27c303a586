"""Python programs that tell of all that an interpreter finds out at its start; see test_warm.py.

Each is run twice, started plainly and warm, and nobody may be able to tell which was which.
"""

from dataclasses import dataclass

from tests.security.runs import Kind


@dataclass(frozen=True, kw_only=True)
class Program:
    source: str
    stdin: bytes = b""
    kind: Kind = Kind.FILE
    memory_bytes: int = 256 << 20


LINES = b"first line\nsecond line\n" * 3
PATTERN = bytes(range(256)) * 8
STDIN = """
import io, os, sys
print(sys.stdin.seekable(), sys.stdin.buffer.seekable(), sys.stdin.buffer.raw.seekable(), sys.stdin.fileno())
print(sys.stdin.isatty(), sys.stdin.line_buffering, sys.stdin.encoding, sys.stdin.errors, sys.stdin.newlines)
where = lambda: os.lseek(0, 0, os.SEEK_CUR)
for ask in (sys.stdin.tell, sys.stdin.buffer.tell, lambda: sys.stdin.seek(3), where):
    try:
        print(ask())
    except (OSError, ValueError) as error:
        print(type(error).__name__, error)
print(repr(sys.stdin.readline()), repr(sys.stdin.read(5)))
try:
    print(sys.stdin.tell())
except OSError as error:
    print(type(error).__name__, error)
print(repr(input()), [line for line in sys.stdin], repr(sys.stdin.read()), repr(sys.stdin.readline()))
try:
    input()
except EOFError as error:
    print('EOFError', error)
"""

STARTS = {
    "names": Program(
        source=r"""
import sys

print(
    __name__,
    __file__,
    sys.argv,
    sys.orig_argv,
    __builtins__,
    __spec__,
    __loader__.path,
    list(globals()),
    sys.executable,
    sys.prefix,
)
""",
    ),
    "paths": Program(
        source=r"""
import os, sys

print(sys.path, list(sys.path_importer_cache), os.getcwd(), os.listdir(), os.listdir('/box'))
""",
    ),
    "modules": Program(
        source=r"""
import re, sys

print(list(sys.modules)[:32], re.sub('0x.*?>', '', f'{sys.meta_path} {sys.path_hooks}'))
""",
    ),
    "flags": Program(
        source=r"""
import sys

print(
    sys.flags,
    sys._xoptions,
    sys.warnoptions,
    sys.dont_write_bytecode,
    sys.getrecursionlimit(),
    sys.getswitchinterval(),
    sys.getfilesystemencoding(),
    sys.float_info.max,
)
""",
    ),
    "environment": Program(
        source="import os; print(os.environ, os.environb, os.getenv('LD_PRELOAD'))",
    ),
    "processes": Program(
        source=r"""
import os

print(
    os.getppid(),
    os.getuid(),
    os.getgroups(),
    os.getsid(0) == os.getpid() == os.getpgid(0),
    os.umask(0),
    os.getpriority(os.PRIO_PROCESS, 0),
    os.sched_getaffinity(0),
    os.uname().nodename,
    os.cpu_count(),
)
""",
    ),
    "rights": Program(
        source=r"""
import re

text = open('/proc/self/status').read()
print(
    re.findall(
        r'(?m)^(?:Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp|Sig[A-Z].{2}|Shd.*|Threads|TracerPid):.*',
        text,
    )
)
""",
    ),
    "place": Program(
        source=r"""
import os

mounts = [line.split()[3:] for line in open('/proc/self/mountinfo')]
print(sorted(' '.join(mount) for mount in mounts))
print(open('/proc/self/cgroup').read(), sorted(os.listdir('/proc')), os.readlink('/proc/self/exe'))
print(os.readlink('/proc/self/cwd'), os.readlink('/proc/self/root'), open('/proc/self/cmdline').read())
""",
    ),
    "limits": Program(
        source=r"""
import resource as r

print([(n, r.getrlimit(getattr(r, n))) for n in sorted(dir(r)) if n.startswith('RLIMIT_')])
""",
    ),
    "open files": Program(
        source=r"""
import os

for fd in range(1100):
    try:
        print(fd, os.get_inheritable(fd), os.fstat(fd).st_mode, os.get_blocking(fd))
    except OSError:
        pass
""",
        kind=Kind.PIPE,
    ),
    "stdin file": Program(
        source=STDIN,
        stdin=LINES,
    ),
    "stdin file from the middle": Program(
        source=STDIN,
        stdin=LINES,
        kind=Kind.FILE_FROM_THE_MIDDLE,
    ),
    "stdin pipe": Program(
        source=STDIN,
        stdin=LINES,
        kind=Kind.PIPE,
    ),
    "stdin nothing": Program(
        source=STDIN,
        kind=Kind.NOTHING,
    ),
    "stdin empty": Program(
        source=STDIN,
    ),
    "stdin binary": Program(
        source=r"""
import os, sys

b = sys.stdin.buffer
print(b.peek(3)[:3], b.read(7), b.tell(), b.seek(100), b.read1(4), b.seek(0, 2), b.seek(9))
print(hash(b.read()) == hash(bytes(range(256)) * 8) or 'rest', os.lseek(0, 0, 1))
b.seek(4)
print(sys.stdin.detach())
""",
        stdin=PATTERN,
    ),
    "stdin undecodable": Program(
        source="import sys; print(ascii(sys.stdin.read()))",
        stdin=b"a\xff\xfeb\r\nc\rd",
    ),
    "stdin descriptor": Program(
        source=r"""
import os

print(os.read(0, 5), os.pread(0, 5, 2), open(0).read(), os.fstat(0).st_size)
""",
        stdin=LINES,
    ),
    "stdin opened again": Program(
        source="print(open('/dev/stdin').read())",
        stdin=LINES,
    ),
    "stdin big": Program(
        source="import sys; print(sum(map(int, sys.stdin)))",
        stdin=b"12345\n" * 300_000,
    ),
    "streams": Program(
        source=r"""
import sys

for s in (sys.stdin, sys.stdout, sys.stderr):
    print(s, s.mode, s.line_buffering, s.write_through, s.errors, s.isatty(), s.fileno(), s.closed)
""",
    ),
    "buffering": Program(
        source=r"""
import os, sys

print('one')
sys.stderr.write('two\n')
os.write(1, b'three\n')
sys.stdout.flush()
print('four', end='')
sys.__stdout__.write('five')
os.write(2, b'six')
sys.stdout.buffer.write(b'seven')
""",
    ),
}
