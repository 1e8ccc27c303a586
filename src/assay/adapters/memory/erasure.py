"""A person's submissions without what is personal, in memory."""

from dataclasses import replace

from assay.adapters.memory.evidence import MemoryEvidenceLog
from assay.adapters.memory.store import MemoryStore
from assay.assessments.erasure.ports import ERASED_NAME, Found
from assay.domain.evidence import Candidate
from assay.domain.judgement import Judgement
from assay.domain.submission import SourceFile, Submission


class MemoryPersonalRows:
    """The `PersonalRows` port, on the same submissions as the other ports' fakes."""

    def __init__(self, store: MemoryStore, log: MemoryEvidenceLog) -> None:
        self._store = store
        self._log = log

    async def find(self, candidate: Candidate) -> Found:
        theirs = self._theirs(candidate)
        over = [each for each in theirs if self._is_over(each.id)]
        return Found(
            submissions=len(over),
            source_bytes=sum(len(file.content) for each in over for file in each.files),
            unfinished=len(theirs) - len(over),
            entries=self._log.entries_of(candidate.person),
        )

    async def erase(self, candidate: Candidate, *, after: str, limit: int) -> list[str]:
        over = [each for each in self._theirs(candidate) if self._is_over(each.id) and each.id > after][
            :limit
        ]
        if over:
            await self._log.ends_scoring(candidate.person)
        for each in over:
            self._store.rewrite(
                each.id, lambda made: replace(made, files=_nameless(made), user_id=None), _emptied
            )
        return [each.id for each in over]

    def _theirs(self, candidate: Candidate) -> list[Submission]:
        return [
            made
            for made in self._store.submissions()
            if made.files != _nameless(made)
            and Candidate(tenant=made.tenant, user_id=made.user_id, submission_id=made.id).person
            == candidate.person
        ]

    def _is_over(self, submission_id: str) -> bool:
        return all(job.is_over for (of, _), job in self._store.jobs.items() if of == submission_id)


def _nameless(made: Submission) -> tuple[SourceFile, ...]:
    return tuple(SourceFile(name=f"{ERASED_NAME}{n}", content=b"") for n in range(len(made.files)))


def _emptied(judgement: Judgement) -> Judgement:
    decision = judgement.decision
    runs = tuple(
        replace(run, message="", team_message="", judge_message="", output="", error_output="")
        for run in decision.runs
    )
    evidence = replace(decision.evidence, source_sha256="", compilation="")
    return replace(
        judgement,
        decision=replace(decision, compile_output="", message="", runs=runs, evidence=evidence),
    )
