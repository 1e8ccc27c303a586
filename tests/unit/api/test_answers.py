"""Submitting answers: as JSON or as a zip, whole and as they are; whatever is wrong is named."""

from dataclasses import replace
import io
import zipfile

import httpx
import pytest

from assay.domain.answers import ANSWERS
from assay.domain.submission import SourceFile
from assay.intake.answers import ANSWERS_BYTES_MAX
from tests.unit.api.door import Door, SteadyClock
from tests.unit.api.test_submissions import assert_problem

URL = "/api/v1/submissions"
ZIP = {"Content-Type": "application/zip"}


@pytest.fixture(autouse=True)
async def answers_problem(door: Door) -> None:
    """Three tests: sample/1, secret/2, secret/3."""
    problem = await door.add_problem("answers")
    wide = replace(problem.limits, output_bytes=ANSWERS_BYTES_MAX + 1)
    await door.problems.record(replace(problem, takes_answers=True, limits=wide), at=SteadyClock().now())


def packed(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, content in files.items():
            writing.writestr(name, content)
    return archive.getvalue()


async def kept(door: Door, response: httpx.Response) -> tuple[SourceFile, ...]:
    assert response.status_code == 202, response.text
    state = await door.store.submission(response.json()["id"])
    assert state is not None
    assert state.submission.language_id == ANSWERS
    return state.submission.files


async def test_answers_as_json(http: httpx.AsyncClient, door: Door) -> None:
    files = [{"name": "2.out", "content": "7\r\n"}, {"name": "secret/3.ans", "content": ""}]
    body = {"problem_id": "answers", "language": "answers", "files": files}
    assert await kept(door, await http.post(URL, json=body)) == (
        SourceFile(name="2.out", content=b"7\r\n"),
        SourceFile(name="secret/3.ans", content=b""),
    )


async def test_answers_as_a_zip_may_be_any_bytes(http: httpx.AsyncClient, door: Door) -> None:
    content = packed({"mine/secret/2.out": b"\x00\xff\r\n", "mine/secret/3.out": b"x" * 1_000_000})
    response = await http.post(
        f"{URL}?problem_id=answers&user_id=ada&judging=all-tests", content=content, headers=ZIP
    )
    assert await kept(door, response) == (
        SourceFile(name="secret/2.out", content=b"\x00\xff\r\n"),
        SourceFile(name="secret/3.out", content=b"x" * 1_000_000),
    )
    state = await door.store.submission(response.json()["id"])
    assert state is not None
    assert (state.submission.user_id, state.submission.all_tests) == ("ada", True)
    assert list(door.upload_dir.iterdir()) == []


async def test_the_same_answers_under_one_key_are_one_submission(http: httpx.AsyncClient, door: Door) -> None:
    files = {"2.out": b"7", "3.out": b"8"}
    headers = {**ZIP, "Idempotency-Key": "k"}
    url = f"{URL}?problem_id=answers"
    first = await http.post(url, content=packed(files), headers=headers)
    again = await http.post(url, content=packed(dict(reversed(files.items()))), headers=headers)
    other = await http.post(url, content=packed({"2.out": b"7"}), headers=headers)
    assert again.json() == first.json()
    assert assert_problem(other, 422)["code"] == "idempotency_conflict"
    assert len(door.store.jobs) == 1


@pytest.mark.parametrize(
    ("query", "content", "status", "field"),
    [
        ("", packed({"2.out": b"7"}), 422, "problem_id"),
        ("?problem_id=none", packed({"2.out": b"7"}), 422, "problem_id"),
        ("?problem_id=sum", packed({"2.out": b"7"}), 422, "language"),
        ("?problem_id=answers&judging=eager", packed({"2.out": b"7"}), 422, "judging"),
        ("?problem_id=answers&colour=red", packed({"2.out": b"7"}), 422, "colour"),
        ("?problem_id=answers", packed({"9.out": b"7"}), 422, "files.0.name"),
        ("?problem_id=answers", packed({}), 422, "files"),
        ("?problem_id=answers", packed({"../2.out": b"7"}), 422, "body"),
        ("?problem_id=answers", b"no zip at all", 422, "body"),
        ("?problem_id=answers", packed({f"{n}": b"" for n in range(1001)}), 422, "body"),
        ("?problem_id=answers", packed({"2.out": b"x" * (ANSWERS_BYTES_MAX + 1)}), 413, "body"),
    ],
)
async def test_what_is_wrong_is_named(
    http: httpx.AsyncClient, door: Door, *, query: str, content: bytes, status: int, field: str
) -> None:
    response = await http.post(f"{URL}{query}", content=content, headers=ZIP)
    assert_problem(response, status, field=field)
    assert door.store.jobs == {}
    assert list(door.upload_dir.iterdir()) == []


async def test_a_program_is_not_taken_for_an_answer(http: httpx.AsyncClient, door: Door) -> None:
    body = {"problem_id": "answers", "language": "python3", "source": "print(3)"}
    assert "answers" in assert_problem(await http.post(URL, json=body), 422, field="language")["detail"]


async def test_the_page_shows_answers_as_what_they_are(http: httpx.AsyncClient) -> None:
    response = await http.post(f"{URL}?problem_id=answers", content=packed({"2.out": b"7 <b>"}), headers=ZIP)
    page = (await http.get(f"/submissions/{response.json()['id']}")).text
    assert "7 &lt;b&gt;" in page
    assert 'aria-label="Submission in Answers"' in page
