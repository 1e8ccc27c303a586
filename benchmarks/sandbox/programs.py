"""What is run: a static C hello and print(1) on everything; programs of known behaviour on the cell."""

from dataclasses import dataclass
from pathlib import Path
import subprocess

PYTHON_ARGV = ("/usr/bin/python3", "-E", "-s", "-B")  # as languages/data/python3.toml has it
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin"}

HELLO = """
#include <unistd.h>

int main(void)
{
    return write(1, "hello\\n", 6) != 6;
}
"""

# Half arithmetic, half memory within the second-level cache: about 100 ms of CPU time.
WORK = """
#include <stdint.h>
#include <stdio.h>

static uint32_t table[1 << 16];

int main(void)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 40000000; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        if ((i & 3) == 0)
            table[state & 0xffff] += (uint32_t)(state >> 32);
    }
    printf("%u\\n", table[12345]);
}
"""

# Says that it runs, waits for the end of its input together with all the others, then ends as it is told.
GATED = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char byte;
    if (argc != 3 || write(2, "!", 1) != 1)
        return 99;
    while (read(0, &byte, 1) > 0)
        ;
    printf("%s\\n", argv[2]);
    fflush(stdout);
    if (strcmp(argv[1], "abort") == 0)
        abort();
    if (strcmp(argv[1], "memory") == 0)
        for (;;)
            memset(malloc(1 << 20), 1, 1 << 20);
    if (strcmp(argv[1], "cpu") == 0)
        for (volatile int i = 0;; i = 1)
            ;
    if (strcmp(argv[1], "output") == 0)
        for (;;)
            puts("more than anybody wants to read");
    return atoi(argv[2]) % 100;
}
"""


@dataclass(frozen=True, kw_only=True)
class Program:
    """One program: where it lies on the host, and how it is called in a sandbox that has it in /box."""

    name: str
    file: Path
    interpreter: tuple[str, ...]
    stdout: bytes

    @property
    def host_argv(self) -> tuple[str, ...]:
        return (*self.interpreter, str(self.file))

    @property
    def box_argv(self) -> tuple[str, ...]:
        return (*self.interpreter, f"/box/{self.file.name}")


def hello(folder: Path, *, compiled: bool = False) -> Program:
    """Compiles it in `folder`, unless it is there already."""
    file = folder / "hello" if compiled else build_c(folder / "hello", HELLO)
    return Program(name="hello", file=file, interpreter=(), stdout=b"hello\n")


def print_one(folder: Path) -> Program:
    file = folder / "main.py"
    file.write_text("print(1)\n")
    file.chmod(0o644)
    return Program(name="print(1)", file=file, interpreter=PYTHON_ARGV, stdout=b"1\n")


def build_c(program: Path, source: str) -> Path:
    """Compile statically: the loader's work is not the sandbox's."""
    code = program.with_suffix(".c")
    code.write_text(source)
    subprocess.run(["/usr/bin/gcc", "-O2", "-static", "-o", program, code], check=True)
    program.chmod(0o755)
    return program
