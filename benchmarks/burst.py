"""200 submissions at once: how many are judged a second, and how long the median and the 95th wait.

Beside it, how many a second the same work makes when it is done raw by as many threads as there are slots:
some of it before the burst and as much after it, so that both see the same load of the machine.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from statistics import quantiles
import tempfile
import time

from assay.settings import usable_cores
from benchmarks.overhead import raw_cpp, raw_python
from benchmarks.subject import CPP, PYTHON, Subject, running_subject

SUBMISSIONS = 200
CLIENTS = 16
RAW_SUBMISSIONS = 30  # before, and again after


def main() -> None:
    with running_subject() as subject:
        for language, source, raw in (("python3", PYTHON, raw_python), ("cpp", CPP, raw_cpp)):
            raw_seconds = do_raw(source, raw)
            accept_seconds, judge_seconds, waits = judge_all(subject, language, source)
            raw_seconds += do_raw(source, raw)
            per_second = SUBMISSIONS / judge_seconds
            raw_per_second = 2 * RAW_SUBMISSIONS / raw_seconds
            cuts = quantiles(waits, n=20)
            print(
                f"{language:8} {SUBMISSIONS} accepted in {accept_seconds:.2f} s, "
                f"all judged in {judge_seconds:.2f} s: {per_second:.1f} submissions/s (ten tests each), "
                f"raw {raw_per_second:.1f}/s, ratio {per_second / raw_per_second:.2f}, "
                f"submit → verdict p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s"
            )


def judge_all(subject: Subject, language: str, source: str) -> tuple[float, float, list[float]]:
    """Seconds until all were accepted, until all were judged, and how long each waited; no two alike."""
    sources = (f"{source}{'//' if language == 'cpp' else '#'} {number}\n" for number in range(SUBMISSIONS))
    with ThreadPoolExecutor(CLIENTS) as pool:
        begin = time.perf_counter()
        ids = list(pool.map(lambda each: subject.submit(language, each), sources))
        accepted = time.perf_counter()
        for submission_id in ids:
            final = subject.verdict_of(submission_id)
            assert final["verdict"] == "AC", final
        end = time.perf_counter()
    return accepted - begin, end - begin, [wait_seconds(subject, each) for each in ids]


def do_raw(source: str, raw: Callable[[Path, str], None]) -> float:
    """Seconds for `RAW_SUBMISSIONS` as plain child processes, as many at once as there are slots."""

    def in_a_folder(number: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            raw(Path(folder), source)

    with ThreadPoolExecutor(usable_cores()) as pool:
        begin = time.perf_counter()
        list(pool.map(in_a_folder, range(RAW_SUBMISSIONS)))
        return time.perf_counter() - begin


def wait_seconds(subject: Subject, submission_id: str) -> float:
    """From acceptance to the end of judging, by the server's clock."""
    path = f"/api/v1/submissions/{submission_id}"
    created_at = subject.client.get(path)["created_at"]
    ended_at = subject.client.get(f"{path}/judgements")["items"][0]["ended_at"]
    return (datetime.fromisoformat(ended_at) - datetime.fromisoformat(created_at)).total_seconds()
