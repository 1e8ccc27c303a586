"""Answers that come as a zip, one file a test: for those that are too large, or no text, for JSON."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Annotated

from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel

from assay.api.body import check_media_type
from assay.api.lanes import place_of
from assay.api.limits import ANSWERS_ZIP_BYTES_MAX
from assay.api.schemas import Judging, Name
from assay.api.services import Services
from assay.api.uploads import receive, upload_folder
from assay.domain.answers import ANSWERS
from assay.domain.lane import Lane
from assay.domain.submission import SourceFile, source_digest
from assay.errors import InvalidInput, PackageInvalid, SourceTooLarge, SubmissionInvalid
from assay.intake.answers import ANSWER_FILES_MAX, ANSWERS_BYTES_MAX
from assay.intake.ports import Draft
from assay.problems.archives import unpack

LATER_FIELDS = ("lane", "deadline")  # keys' requests were understood without them once
FIELD_CHARACTERS_MAX = 100  # of a stranger's word that is repeated


class AnswersQuery(BaseModel):
    """What a zip cannot say itself: the fields of a submission's JSON, for application/zip alone."""

    problem_id: Annotated[Name | None, Query(description="With application/zip: the problem.")] = None
    user_id: Annotated[Name | None, Query(description="With application/zip, as in the JSON.")] = None
    tenant: Annotated[Name | None, Query(description="With application/zip, as in the JSON.")] = None
    judging: Annotated[Judging, Query(description="With application/zip, as in the JSON.")] = Judging.LAZY
    lane: Annotated[Lane, Query(description="With application/zip, as in the JSON.")] = Lane.PRACTICE
    deadline: Annotated[AwareDatetime | None, Query(description="With application/zip, as in the JSON.")] = (
        None
    )


async def draft_of_zip(
    request: Request, query: AnswersQuery, idempotency_key: str | None, services: Services
) -> Draft:
    """The body, unpacked. Raises `InvalidInput` and what `receive` raises."""
    for name in request.query_params:
        if name not in AnswersQuery.model_fields:
            raise InvalidInput("is not a field of this request", field=name[:FIELD_CHARACTERS_MAX])
    if query.problem_id is None:
        raise InvalidInput("is required in the query when answers come as a zip", field="problem_id")
    check_media_type(request, "application/zip")
    place = place_of(query.lane, query.deadline, request, services)
    with services.capacity.uploads.enter(), upload_folder(services.upload_dir) as folder:
        archive = folder / "answers.zip"
        await receive(request, archive, bytes_max=ANSWERS_ZIP_BYTES_MAX)
        files = await asyncio.to_thread(_unpacked, archive, folder / "unpacked")
    return Draft(
        problem_id=query.problem_id,
        language_id=ANSWERS,
        files=files,
        user_id=query.user_id,
        tenant=query.tenant,
        idempotency_key=idempotency_key,
        request_sha256=_digest_of(query, files),
        all_tests=query.judging is Judging.ALL_TESTS,
        place=place,
    )


def _unpacked(archive: Path, into: Path) -> tuple[SourceFile, ...]:
    """All files of the archive. Raises `InvalidInput`."""
    into.mkdir()
    try:
        unpack(archive, into)
    except PackageInvalid as invalid:
        found = "; ".join(str(finding) for finding in invalid.findings)
        raise SubmissionInvalid(f"the archive cannot be taken: {found}", field="body") from None
    paths = sorted(path for path in into.rglob("*") if path.is_file() and not path.is_symlink())
    if len(paths) > ANSWER_FILES_MAX:
        raise SubmissionInvalid(
            f"a submission has at most {ANSWER_FILES_MAX} files, not {len(paths)}", field="body"
        )
    if sum(path.stat().st_size for path in paths) > ANSWERS_BYTES_MAX:
        raise SourceTooLarge(f"the answers have more than {ANSWERS_BYTES_MAX} bytes together", field="body")
    return tuple(
        SourceFile(name=path.relative_to(into).as_posix(), content=path.read_bytes()) for path in paths
    )


def _digest_of(query: AnswersQuery, files: tuple[SourceFile, ...]) -> str:
    """SHA-256 (hex) of the request as understood: how the archive was packed does not count."""
    later = {name for name in LATER_FIELDS if getattr(query, name) == AnswersQuery.model_fields[name].default}
    said = {**query.model_dump(mode="json", exclude=later), "answers": source_digest(files)}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
