"""One judgement's runs traced 1,000 times: in random order, in three locales, by 1 and 2 workers.

Every process has its own hash seed. What counts is the digest of the trace as JSON, written as evidence is.
"""

from concurrent.futures import ProcessPoolExecutor
import hashlib
import locale
from multiprocessing import get_context
import os
import random

from assay.assessments.tracing import as_json, trace_of_runs
from assay.assessments.tracing.measuring import Input
from assay.domain.judgement import Run
from assay.domain.trace import ComplexityClass
from assay.domain.verdict import Verdict
from tests.unit.assessments.tracing.series import growing

TIMES = 1000
LOCALES = ("C", "C.UTF-8", "de_DE.UTF-8")
WORKERS = (1, 2)


def main() -> None:
    per_setting = TIMES // (len(LOCALES) * len(WORKERS)) + 1
    seen: dict[str, set[str]] = {}
    done = 0
    for name in LOCALES:
        for workers in WORKERS:
            work = [each.name for each in ComplexityClass] * (per_setting // len(ComplexityClass) + 1)
            random.shuffle(work)
            context = get_context("spawn")
            with ProcessPoolExecutor(
                workers, mp_context=context, initializer=_settle, initargs=(name,)
            ) as pool:
                for which, digest in zip(work, pool.map(_digest, work), strict=True):
                    seen.setdefault(which, set()).add(digest)
            done += len(work)
    distinct = max(map(len, seen.values()))
    print(f"{done} traces of {len(seen)} judgements: {distinct} distinct result of each (1 is asked for)")


def _settle(name: str) -> None:
    os.environ["LC_ALL"] = name
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:  # not installed here: the environment alone says so, as on such a machine
        locale.setlocale(locale.LC_ALL, "C")


def _digest(which: str) -> str:
    import rfc8785  # noqa: PLC0415  only here: each process pays for it

    tests = growing(ComplexityClass[which], noise=0.05)
    runs = [
        Run(
            ordinal=number,
            test_name=test.test,
            verdict=Verdict.AC,
            cpu_time_ms=test.cpu_time_ns // 1_000_000,
            wall_time_ms=test.wall_time_ns // 1_000_000,
            memory_bytes=test.memory_bytes,
            exit_code=0,
            signal=None,
            message="",
        )
        for number, test in enumerate(tests, 1)
    ]
    inputs = {test.test: Input(bytes=test.input_bytes, first_integer=None) for test in tests}
    return hashlib.sha256(rfc8785.dumps(as_json(trace_of_runs(runs, inputs)))).hexdigest()
