"""Programs that do not flush, where the problem says that they need not (DMOJ's `unbuffered: true`)."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import Setter

pytestmark = needs_root

# Answers each of three numbers with its double; a program waits for each answer before it goes on.
INTERACTOR = """
#include <stdio.h>
int main(void) {
    int n;
    for (int turn = 0; turn < 3; turn++) {
        if (scanf("%d", &n) != 1 || n != turn + 5) return 43;
        printf("%d ", 2 * n);
    }
    printf("\\n");
    return 42;
}
"""
C = """
#include <stdio.h>
int main(void) {
    for (int n = 5, got; n < 8; n++) {
        printf("%d ", n);
        if (scanf("%d", &got) != 1 || got != 2 * n) return 1;
    }
}
"""
CPP = """
#include <iostream>
int main() {
    std::cin.tie(nullptr);
    for (int n = 5, got; n < 8; n++) {
        std::cout << n << '\\n';
        std::cin >> got;
        if (got != 2 * n) return 1;
    }
}
"""
PYTHON = """
import sys
def number():
    word = ""
    while not (one := sys.stdin.read(1)).isspace():
        word += one
    return int(word)
for n in range(5, 8):
    sys.stdout.write(f"{n} ")
    assert number() == 2 * n
"""
LUA = 'for n = 5, 7 do io.write(n, " "); assert(io.read("n") == 2 * n) end'


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


def problem(setter: Setter, *, unbuffered: bool) -> Problem:
    interactor = replace(setter.program(INTERACTOR, "c", name="interactor"), unbuffered=True)
    tests = [setter.test(f"secret/{number}", "") for number in (1, 2)]
    return replace(setter.talked_to(interactor, *tests), unbuffered=unbuffered)


@pytest.mark.parametrize(
    ("language_id", "source"), [("c", C), ("cpp", CPP), ("python3", PYTHON), ("lua", LUA)]
)
async def test_what_is_printed_arrives_at_once(setter: Setter, language_id: str, source: str) -> None:
    decision = await setter.judge(problem(setter, unbuffered=True), source, language_id)
    assert decision.verdict is Verdict.AC, (decision.message, decision.runs)


async def test_without_it_both_wait(setter: Setter) -> None:
    decision = await setter.judge(problem(setter, unbuffered=False), C, "c")
    assert decision.verdict is Verdict.TLE
