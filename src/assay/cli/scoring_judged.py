"""Score what a server has judged: what `assay score --submission` does. No sandbox, and nothing is run."""

from dataclasses import replace

from assay.assessments.score_again import judged_assessment
from assay.assessments.scoring import score
from assay.cli.rubric_choice import choose_role
from assay.cli.scoring import Scored
from assay.domain.rubric import Rubric
from assay.settings import Settings
from assay.wiring.rescoring import open_records


async def score_judged(
    submission_id: str, settings: Settings, *, rubric: Rubric | None, role: str | None
) -> Scored:
    """The score of a submission's newest judgement: as recorded, or by another rubric or for another role.

    Raises what `judged_assessment` does, and `UsageError`.
    """
    async with open_records(settings) as records:
        judged = await judged_assessment(submission_id, records)
    assessment = judged.assessment
    if rubric is not None:
        assessment = replace(assessment, rubric=rubric, role=choose_role(rubric, role))
    elif role is not None:
        assessment = replace(assessment, role=choose_role(assessment.rubric, role))
    return Scored(
        problem=judged.problem,
        files=assessment.files,
        main_name=assessment.files[0].name,
        decision=assessment.decision,
        trace=assessment.trace,
        analysis=assessment.analysis,
        rubric=assessment.rubric,
        score=score(
            assessment.decision,
            analysis=assessment.analysis,
            trace=assessment.trace,
            rubric=assessment.rubric,
            role=assessment.role,
            precision=assessment.precision,
        ),
    )
