"""What doors take that judge nothing themselves."""

from dataclasses import replace
from datetime import timedelta

from assay.languages.catalogue import load_catalogue
from assay.queue.fleet_languages import FleetLanguages
from assay.queue.workers import KnownWorker, WorkerCard
from tests.contract.houses import NOON

CARD = WorkerCard(id="w", host="h", release="1", host_class="x", slots=1, languages=("c",), started_at=NOON)
C, RUST, GO = (load_catalogue().get(name) for name in ("c", "rust", "go"))


def worker(*languages: str, seen_seconds_ago: float = 0) -> KnownWorker:
    return KnownWorker(
        card=replace(CARD, languages=languages),
        seen_at=NOON - timedelta(seconds=seen_seconds_ago),
        busy=0,
        is_draining=False,
    )


def seeing(*workers: KnownWorker) -> FleetLanguages:
    fleet = FleetLanguages()
    fleet.see(workers, now=NOON, silent_seconds=30)
    return fleet


def test_what_one_living_worker_has_is_taken() -> None:
    fleet = seeing(worker("c"), worker("rust"), worker("go", seen_seconds_ago=31))
    assert (fleet(C), fleet(RUST), fleet(GO)) == (True, True, False)


def test_while_nobody_lives_all_are_taken() -> None:
    assert FleetLanguages()(GO)
    assert seeing(worker("c", seen_seconds_ago=99))(GO)


def test_who_has_whatever_its_image_has_may_have_any() -> None:
    anything = replace(worker("c"), card=replace(CARD, languages=None))
    assert seeing(worker("c"), anything)(GO)
