"""A person's submissions without what is personal, on either database.

submissions        stay, without their user
events             stay; one comes, like the last: a result that was kept is never shown again
submission_files   stay, empty and nameless: an archive that is put back fills no gaps
jobs, faults       stay, without user and causes; a dead letter goes
judgements, runs   stay: verdicts and costs; all words and outputs are emptied, digests of texts, too
idempotency_keys   go: a key is the client's word, and beside it is a digest of the request
scoring            no score comes any more; scores go with the evidence
"""

from collections.abc import Mapping, Sequence
import json
from typing import Any

from assay.adapters.sql.scripts import Script, Scripts
from assay.assessments.erasure.ports import ERASED_NAME, Found
from assay.domain.evidence import Candidate

_OF_USER = "user_id = :user_id AND COALESCE(tenant, '') = :tenant"  # '' for none, which no tenant is called
_OF_NOBODY_KNOWN = """
    id = :submission_id AND user_id IS NULL
    AND EXISTS (SELECT 1 FROM submission_files AS f WHERE f.submission_id = submissions.id
                                                      AND (length(f.content) > 0
                                                           OR f.name <> :erased || CAST(f.position AS TEXT)))
"""
_IS_OVER = """
    status IN ('judged', 'failed')
    AND NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.submission_id = submissions.id
                                              AND j.state IN ('pending', 'leased'))
"""
_DIGESTS = ("source_sha256", "compilation")  # of a judgement's evidence: who guesses the text has them

_COUNT = """
    SELECT (SELECT count(*) FROM submissions WHERE {whose} AND {is_over}),
           (SELECT coalesce(sum(length(content)), 0) FROM submission_files
             WHERE submission_id IN (SELECT id FROM submissions WHERE {whose} AND {is_over})),
           (SELECT count(*) FROM submissions WHERE {whose} AND NOT ({is_over})),
           (SELECT count(*) FROM evidence_entries WHERE person = :person)
"""
# The outer condition is looked at again once the row is locked: a dead letter may just be tried again.
_TAKE = """
    UPDATE submissions SET user_id = NULL, last_seq = last_seq + 1
     WHERE id IN (SELECT id FROM submissions WHERE {whose} AND {is_over} AND id > :after
                   ORDER BY id LIMIT :limit)
       AND {is_over}
 RETURNING id
"""
_TELL = """
    INSERT INTO events (submission_id, seq, status, test_case, total, verdict, score)
    SELECT s.id, s.last_seq, e.status, e.test_case, e.total, e.verdict, e.score
      FROM submissions AS s JOIN events AS e ON e.submission_id = s.id AND e.seq = s.last_seq - 1
     WHERE s.id IN ({ids})
"""
_EMPTY_FILES = """
    UPDATE submission_files SET name = :erased || CAST(position AS TEXT), content = :nothing
     WHERE submission_id IN ({ids})
"""
_REMOVE_DEAD = "DELETE FROM jobs WHERE submission_id IN ({ids}) AND state = 'dead'"
_EMPTY_JOBS = "UPDATE jobs SET user_id = '', cause = NULL WHERE submission_id IN ({ids})"
_EMPTY_FAULTS = "UPDATE faults SET cause = :nothing WHERE submission_id IN ({ids})"
_REMOVE_KEYS = "DELETE FROM idempotency_keys WHERE submission_id IN ({ids})"
_EVIDENCE = "SELECT submission_id, generation, evidence FROM judgements WHERE submission_id IN ({ids})"
_EMPTY_JUDGEMENT = """
    UPDATE judgements SET compile_output = '', message = '', evidence = :evidence
     WHERE submission_id = :submission_id AND generation = :generation
"""
_EMPTY_RUNS = """
    UPDATE runs SET message = '', team_message = '', judge_message = '', output = '', error_output = ''
     WHERE judgement_id IN (SELECT id FROM judgements WHERE submission_id IN ({ids}))
"""
_END_SCORING = """
    UPDATE scoring SET state = 'erased', lease_token = NULL, lease_until = NULL, cause = :nothing
     WHERE submission_id IN ({ids})
"""
_ALL = (
    _TELL, _EMPTY_FILES, _REMOVE_DEAD, _EMPTY_JOBS, _EMPTY_FAULTS, _REMOVE_KEYS, _EMPTY_RUNS,
    _END_SCORING,
)  # fmt: skip


class SqlPersonalRows:
    """The `PersonalRows` port."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def find(self, candidate: Candidate) -> Found:
        whose, values = _whose(candidate)
        sql = _COUNT.format(whose=whose, is_over=_IS_OVER)

        def script() -> Script[Found]:
            ((submissions, source_bytes, unfinished, entries),) = yield (
                sql,
                {**values, "person": candidate.person},
            )
            return Found(
                submissions=submissions,
                source_bytes=int(source_bytes),
                unfinished=unfinished,
                entries=entries,
            )

        return await self._scripts.run(script)

    async def erase(self, candidate: Candidate, *, after: str, limit: int) -> list[str]:
        whose, values = _whose(candidate)
        take = _TAKE.format(whose=whose, is_over=_IS_OVER)

        def script() -> Script[list[str]]:
            taken = yield take, {**values, "after": after, "limit": limit}
            if not taken:
                return []
            ids = sorted(submission_id for (submission_id,) in taken)
            yield from _empty(ids)
            return ids

        return await self._scripts.run(script)


def _empty(ids: Sequence[str]) -> Script[None]:
    names = {f"i{number}": each for number, each in enumerate(ids)}
    listed = ", ".join(f":{name}" for name in names)
    values = {**names, "erased": ERASED_NAME, "nothing": b""}
    judged = yield _EVIDENCE.format(ids=listed), names
    for submission_id, generation, evidence in judged:
        kept = {**json.loads(evidence), **dict.fromkeys(_DIGESTS, "")}
        yield (
            _EMPTY_JUDGEMENT,
            {"submission_id": submission_id, "generation": generation, "evidence": json.dumps(kept)},
        )
    for sql in _ALL:
        yield sql.format(ids=listed), _those_in(sql, values)


def _those_in(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """PostgreSQL refuses a value that the statement does not name."""
    return {name: value for name, value in values.items() if name[0] == "i" or f":{name}" in sql}


def _whose(candidate: Candidate) -> tuple[str, dict[str, Any]]:
    if candidate.user_id is None:
        return _OF_NOBODY_KNOWN, {"submission_id": candidate.submission_id, "erased": ERASED_NAME}
    return _OF_USER, {"user_id": candidate.user_id, "tenant": candidate.tenant or ""}
