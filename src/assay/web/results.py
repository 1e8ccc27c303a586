"""A submission's pages: what was judged of it, and what its submitter may know of the tests that failed."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assay.domain.answers import ANSWERS
from assay.domain.judgement import GroupResult, Judgement, Run
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.errors import NotFound
from assay.problems.feedback import Feedback, read_feedback
from assay.verdicts.ports import SubmissionState
from assay.web import words
from assay.web.ports import PageSources
from assay.web.rendering import Renderer

FEEDBACK_BYTES_MAX = 16 * 1024  # shown of each file of a failed test; more is not read by anyone
SOURCE_CHARACTERS_MAX = 256 * 1024  # shown of each file; a program has less, an answer may have megabytes


@dataclass(frozen=True, kw_only=True)
class Found:
    """A submission and all that its pages show of it. `problem` is the version that it was judged by."""

    state: SubmissionState
    judgement: Judgement | None
    problem: Problem | None
    feedback: dict[int, Feedback]

    @property
    def groups(self) -> list[GroupResult]:
        """The groups to show, without the one that is everything: its result is the submission's."""
        scoring = None if self.problem is None else self.problem.scoring
        if self.judgement is None or (scoring is not None and not scoring.shows_groups):
            return []
        return [group for group in self.judgement.decision.groups if group.name]

    @property
    def max_score(self) -> float | None:
        return (
            None if self.problem is None or self.problem.scoring is None else self.problem.scoring.max_score
        )

    def has_more_to_say_of(self, run: Run) -> bool:
        """Whether there is something to show of a run beside its row in the table."""
        if run.team_message and run.team_message != run.message:
            return True
        shown = self.feedback.get(run.ordinal)
        if shown is None:
            return False
        texts = (shown.input, shown.expected)
        return any(text is not None for text in texts) or bool(shown.hint or run.output or run.error_output)

    @property
    def stops_at_failure(self) -> bool:
        """Whether a test that was passed by means that it was accepted."""
        has_groups = self.problem is None or self.problem.grading is not None
        return not has_groups and not self.state.submission.all_tests


class ResultPages:
    def __init__(self, sources: PageSources, renderer: Renderer) -> None:
        self._sources = sources
        self._renderer = renderer

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/submissions/{submission_id}", self._submission),
            Route("/submissions/{submission_id}/panel", self._panel),
        ]

    async def _submission(self, request: Request) -> Response:
        found = await self._find(request.path_params["submission_id"])
        submission = found.state.submission
        current = await self._sources.problems.current(submission.problem_id)
        return self._renderer.page(
            "submission.html",
            problem_name=submission.problem_id if current is None else current.name,
            sources=[
                (file.name, words.shortened(file.content.decode(errors="replace"), SOURCE_CHARACTERS_MAX))
                for file in submission.files
            ],
            **self._panel_values(found),
        )

    async def _panel(self, request: Request) -> Response:
        found = await self._find(request.path_params["submission_id"])
        return self._renderer.page("_panel.html", **self._panel_values(found))

    def _panel_values(self, found: Found) -> dict[str, Any]:
        return {
            "found": found,
            "state": found.state,
            "judgement": found.judgement,
            "progress": words.progress(found.state),
            "language_name": self._language_name(found.state.submission),
        }

    async def _find(self, submission_id: str) -> Found:
        state = await self._sources.reader.submission(submission_id) if _is_id(submission_id) else None
        if state is None:
            raise NotFound("there is no submission with this id")
        submission = state.submission
        problem = await self._sources.problems.version(submission.problem_id, submission.problem_version)
        if not state.status.is_final:
            return Found(state=state, judgement=None, problem=problem, feedback={})
        judgements = await self._sources.reader.judgements(submission_id)
        feedback: dict[int, Feedback] = {}
        if judgements and problem is not None:
            runs = judgements[-1].decision.runs
            feedback = await asyncio.to_thread(
                read_feedback, problem, runs, self._sources.blobs, bytes_max=FEEDBACK_BYTES_MAX
            )
        return Found(
            state=state,
            judgement=judgements[-1] if judgements else None,
            problem=problem,
            feedback=feedback,
        )

    def _language_name(self, submission: Submission) -> str:
        if submission.language_id == ANSWERS:
            return "Answers"
        by_id = {language.id: language.name for language in self._sources.languages.all()}
        return by_id.get(submission.language_id, submission.language_id)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
