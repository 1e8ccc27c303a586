"""200 submissions at once: how many are judged a second, and how long the median and the 95th wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from statistics import quantiles
import time

from benchmarks.subject import CPP, PYTHON, Subject, running_subject

SUBMISSIONS = 200
CLIENTS = 16


def main() -> None:
    with running_subject() as subject:
        for language, source, comment in (("python3", PYTHON, "#"), ("cpp", CPP, "//")):
            with ThreadPoolExecutor(CLIENTS) as pool:
                begin = time.perf_counter()
                ids = list(
                    pool.map(
                        lambda number: subject.submit(language, f"{source}{comment} {number}\n"),  # noqa: B023
                        range(SUBMISSIONS),
                    )
                )
                accepted = time.perf_counter()
                for submission_id in ids:
                    final = subject.verdict_of(submission_id)
                    assert final["verdict"] == "AC", final
                end = time.perf_counter()
            waits = [wait_seconds(subject, each) for each in ids]
            cuts = quantiles(waits, n=20)
            print(
                f"{language:8} {SUBMISSIONS} accepted in {accepted - begin:.2f} s, "
                f"all judged in {end - begin:.2f} s: "
                f"{SUBMISSIONS / (end - begin):.1f} submissions/s (ten tests each), "
                f"submit → verdict p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s"
            )


def wait_seconds(subject: Subject, submission_id: str) -> float:
    """From acceptance to the end of judging, by the server's clock."""
    path = f"/api/v1/submissions/{submission_id}"
    created_at = subject.client.get(path)["created_at"]
    ended_at = subject.client.get(f"{path}/judgements")["items"][0]["ended_at"]
    return (datetime.fromisoformat(ended_at) - datetime.fromisoformat(created_at)).total_seconds()
