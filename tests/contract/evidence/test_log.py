"""The log only grows, every file verifies against its newest head, and erasing a person changes no hash."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
import json
from pathlib import Path
import sqlite3

import pytest

from assay.assessments.evidence.file import read_file
from assay.assessments.evidence.merkle import is_consistent
from assay.assessments.evidence.sealing import erase, export, hand_over
from assay.assessments.evidence.signing import new_signer
from assay.assessments.evidence.verify import verify
from assay.assessments.ports import Standing
from assay.domain.evidence import Candidate, EntryKind, Part
from assay.errors import NotFound
from assay.settings import read_settings
from assay.wiring.backends import open_backend
from tests.contract.evidence.places import Registry, sqlite_registry

ADA = Candidate(tenant=None, user_id="ada", submission_id="s0")
PERSONAL = tuple(part for part in Part if part.is_personal)


async def is_whole(registry: Registry, submission_id: str) -> bool:
    file = read_file(await export(submission_id, registry.log))
    report = verify(file, await registry.log.keys())
    assert report.broken is None, report.broken
    return not report.erased


async def test_every_file_verifies_against_each_later_head(registry: Registry) -> None:
    for number in range(6):
        await registry.scored(f"s{number}")
        for earlier in range(number + 1):
            assert await is_whole(registry, f"s{earlier}")


async def test_each_head_is_consistent_with_all_before_it(registry: Registry) -> None:
    for number in range(6):
        await registry.scored(f"s{number}")
    newest = await registry.log.head()
    assert newest is not None
    for size in range(1, 7):
        old = await registry.log.head_of(size)
        assert old is not None
        path = await registry.log.consistency(size, 6)
        assert is_consistent(size, old.head.root_hash, 6, newest.head.root_hash, path)
    assert await registry.log.head_of(7) is None


async def test_an_empty_log_has_nothing(registry: Registry) -> None:
    assert await registry.log.head() is None
    assert await registry.log.entries(start=0, limit=10) == []
    assert await registry.log.keys() == {}
    assert await registry.log.entry("e1") is None
    assert await registry.log.provenance("e1") is None
    with pytest.raises(NotFound, match=r"s1.*not scored"):
        await export("s1", registry.log)


async def test_on_sqlite_whoever_reads_waits_for_no_writer(tmp_path: Path, schema: Path) -> None:
    async with sqlite_registry(tmp_path, schema) as registry:
        await registry.scored("s1")
        settings = read_settings({}, data_dir=tmp_path)
        async with open_backend(settings, registry.clock) as backend:
            with closing(sqlite3.connect(tmp_path / "assay.sqlite3")) as other:
                other.execute("BEGIN IMMEDIATE")
                (entry,) = await backend.evidence.entries(start=0, limit=10)
                assert await backend.evidence.successions() == []
                assert b"s1" in await export("s1", backend.evidence)
                other.rollback()
        assert entry.kind is EntryKind.ASSESSMENT


async def test_erasing_a_person_leaves_every_hash_and_every_other_file(registry: Registry) -> None:
    for number, user in enumerate(("ada", "bob", "ada", None)):
        await registry.scored(f"s{number}", user_id=user)
    before = await registry.log.entries(start=0, limit=10)
    head_before = await registry.log.head()
    given_out = await export("s0", registry.log)

    erasure = await erase(ADA, registry.desk)
    assert erasure is not None

    after = await registry.log.entries(start=0, limit=10)
    assert after[:4] == before
    assert (after[4].kind, after[4].id) == (EntryKind.ERASURE, erasure.id)
    head = await registry.log.head()
    assert head is not None
    assert head_before is not None
    path = await registry.log.consistency(4, 5)
    assert is_consistent(4, head_before.head.root_hash, 5, head.head.root_hash, path)

    for number in (1, 3):
        assert await is_whole(registry, f"s{number}")
    for number in (0, 2):
        content = await export(f"s{number}", registry.log)
        file = read_file(content)
        report = verify(file, await registry.log.keys())
        assert report.broken is None
        assert report.erased == PERSONAL
        assert b"ada" not in content
        assert b"main.c" not in content
        kept = await registry.log.parts(before[number].id)
        assert {part.part for part in kept} == set(Part) - set(PERSONAL)
    assert verify(read_file(given_out), await registry.log.keys()).broken is None, "it is theirs to keep"


async def test_who_is_erased_has_no_score_any_more_and_is_never_scored_again(registry: Registry) -> None:
    await registry.scored("s0", user_id="ada")
    assert await erase(ADA, registry.desk) is not None
    state = await registry.scores.state("s0")
    assert state is not None
    assert (state.standing, state.score) == (Standing.ERASED, None)
    assert await registry.claim(token="k9") == []
    assert not await registry.scores.retry("s0")
    assert await erase(ADA, registry.desk) is None, "nothing is known of them any more"


async def test_who_is_erased_while_they_are_scored_leaves_nothing(registry: Registry) -> None:
    await registry.judged("s0", user_id="ada")
    (lease,) = await registry.claim()
    new = await registry.sealed(lease, user_id="ada")
    assert await erase(ADA, registry.desk) is not None
    assert await registry.scores.record(lease, new, signer=registry.signer) is None
    entries = await registry.log.entries(start=0, limit=10)
    assert [entry.kind for entry in entries] == [EntryKind.ERASURE]
    state = await registry.scores.state("s0")
    assert state is not None
    assert state.standing is Standing.ERASED


async def test_what_waits_of_who_is_erased_is_not_scored_any_more(registry: Registry) -> None:
    await registry.judged("s0", user_id="ada")
    (lease,) = await registry.claim()
    assert await registry.scores.give_up(lease, cause="of ada")
    await registry.judged("s1", user_id="ada")
    await registry.judged("s2", user_id="bob")
    await registry.judged("s3", user_id=None)
    assert await erase(ADA, registry.desk) is not None, "though there is no score and no salt"
    assert [each.submission_id for each in await registry.claim(token="k9")] == ["s2", "s3"]
    assert not await registry.scores.retry("s0")
    for submission in ("s0", "s1"):
        state = await registry.scores.state(submission)
        assert state is not None
        assert (state.standing, state.cause) == (Standing.ERASED, "")
    unknown = Candidate(tenant=None, user_id=None, submission_id="s3")
    assert await erase(unknown, registry.desk) is not None
    assert await erase(replace(ADA, tenant="t"), registry.desk) is None, "somebody else"
    state = await registry.scores.state("s3")
    assert state is not None
    assert state.standing is Standing.ERASED
    await registry.scored("s4", user_id="ada")
    assert await is_whole(registry, "s4"), "who comes back begins anew"


async def test_each_unknown_candidate_is_another_person(registry: Registry) -> None:
    await registry.scored("s0", user_id=None)
    await registry.scored("s1", user_id=None)
    unknown = Candidate(tenant=None, user_id=None, submission_id="s0")
    assert await erase(unknown, registry.desk) is not None
    assert not await is_whole(registry, "s0")
    assert await is_whole(registry, "s1")


async def test_another_key_goes_on_with_the_same_log(registry: Registry) -> None:
    await registry.scored("s0")
    first, second = registry.signer, new_signer()
    entry = await hand_over(registry.desk, second)
    statement = json.loads(entry.statement)
    assert (entry.kind, entry.signature.key_id) == (EntryKind.KEY, first.key_id)
    assert statement["follows"] == first.key_id
    registry.signer = second
    await registry.scored("s1")
    assert list(await registry.log.keys()) == [first.key_id, second.key_id]
    for number in range(2):
        assert await is_whole(registry, f"s{number}")
    assert await registry.log.successions() == [entry]
    file = read_file(await export("s1", registry.log))
    report = verify(file, {first.key_id: first.public_key})
    assert (report.broken, report.followed) == (None, (second.key_id,))
    stranger = new_signer()
    report = verify(file, {stranger.key_id: stranger.public_key})
    assert report.broken is not None
    assert report.broken.name == "signature"


async def test_the_log_names_its_installation_and_its_instants(registry: Registry) -> None:
    await registry.scored("s0")
    head = await registry.log.head()
    assert head is not None
    assert head.head.log
    assert head.head.timeline == 1
    assert head.head.at == registry.clock.now()
    entry = await registry.log.entry_of_submission("s0")
    assert entry is not None
    assert datetime.fromisoformat(json.loads(entry.statement)["at"]) == registry.clock.now()
    assert await registry.log.entry(entry.id) == entry
    provenance = await registry.log.provenance(entry.id)
    assert provenance is not None
    assert (provenance.submission_id, provenance.generation, provenance.erased_by) == ("s0", 1, None)
