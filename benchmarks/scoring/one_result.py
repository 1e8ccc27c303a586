"""The same input scored 1,000 times in random order, in three locales, on one and on two workers: one result.

A worker is a process of its own with a child that looks at programs. It is told which subjects to score, in
which order, and says the digest of each result. Each has another seed for its hashes, as processes have.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
import hashlib
import json
import os
from pathlib import Path
from random import Random
import shutil
import subprocess
import sys
import tempfile

import rfc8785

from assay.analysis import Analyser
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import describe_score, score
from benchmarks.scoring.subjects import SUBJECTS, decision, trace

TIMES = 1_000  # the first subject, all locales and workers together
COMPANY = 120  # each other one: so that an order is one, and a worker has other things in mind
WORKERS = (1, 2)
FOREIGN = ("de_DE", "tr_TR")  # a comma for the point; letters with other capitals
SEED = 20


def main() -> None:
    random = Random(SEED)  # noqa: S311  an order that comes again, and no secret
    with _locales() as (folder, locales):
        shares = [(locale, count) for locale in locales for count in WORKERS]
        results: dict[str, set[str]] = {language: set() for language in SUBJECTS}
        times = dict.fromkeys(SUBJECTS, 0)
        for locale, count in shares:
            order = [
                language
                for number, language in enumerate(SUBJECTS)
                for _ in range(-(-(COMPANY if number else TIMES) // len(shares)))
            ]
            random.shuffle(order)
            with ThreadPoolExecutor(count) as workers:
                parts = [order[number::count] for number in range(count)]
                for told in workers.map(partial(_work_elsewhere, locale=locale, folder=folder), parts):
                    for language, digest in told:
                        results[language].add(digest)
                        times[language] += 1
    for language, digests in results.items():
        print(
            f"{language:12} scored {times[language]} times in {', '.join(locales)}, on 1 and 2 workers: "
            f"{len(digests)} distinct of 1 allowed ({min(digests)[:16]})"
        )
    if any(len(digests) != 1 for digests in results.values()):
        sys.exit("the same input has several scores")


@contextmanager
def _locales() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Three of them; those that this machine has not are made for the while."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        localedef = shutil.which("localedef")
        if localedef is None:
            print("localedef is not installed: the locales are C, C.UTF-8 and POSIX")
            yield folder, ("C", "C.UTF-8", "POSIX")
            return
        for locale in FOREIGN:
            command = [localedef, "-i", locale, "-f", "UTF-8", str(folder / f"{locale}.UTF-8")]
            subprocess.run(command, check=True, capture_output=True)
        yield folder, ("C", *(f"{locale}.UTF-8" for locale in FOREIGN))


def _work_elsewhere(order: Sequence[str], *, locale: str, folder: Path) -> list[tuple[str, str]]:
    environment = {**os.environ, "LC_ALL": locale, "LOCPATH": str(folder), "PYTHONHASHSEED": "random"}
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=json.dumps(list(order)),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return [(language, digest) for language, digest in json.loads(done.stdout)]


def work(order: Sequence[str]) -> list[tuple[str, str]]:
    """Score each; the digest is of all that a score says."""
    told = []
    with Analyser() as analyser:
        for language in order:
            analysis = analyser.analyse(SUBJECTS[language], language=language, path="subject")
            result = score(
                decision(),
                analysis=analysis,
                trace=trace(),
                rubric=shipped_rubric("default"),
                role="backend",
                precision={},
            )
            told.append((language, hashlib.sha256(rfc8785.dumps(describe_score(result))).hexdigest()))
    return told


if __name__ == "__main__":
    import locale as _locale

    _locale.setlocale(_locale.LC_ALL, "")
    print(json.dumps(work(json.load(sys.stdin))))
