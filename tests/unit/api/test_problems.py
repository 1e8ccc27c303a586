"""Problems, languages and health."""

from collections.abc import Mapping
from dataclasses import replace
import io
from pathlib import Path
import stat
import zipfile

import httpx
import pytest

from assay.api.limits import SAMPLE_BYTES_MAX
from tests.unit.api.door import NOT_INSTALLED, Door, SteadyClock
from tests.unit.api.test_submissions import assert_problem

PACKAGE = {
    "problem.yaml": "name: Twice\nvalidation: default\n",
    "problem_statement/problem.en.tex": "\\problemname{Twice}\nTwice the number.\n",
    "data/sample/1.in": "1\n",
    "data/sample/1.ans": "2\n",
    "data/secret/2.in": "4\n",
    "data/secret/2.ans": "8\n",
    "submissions/accepted/a.py": "print(2 * int(input()))\n",
}
ZIP = {"Content-Type": "application/zip"}


def packed(files: Mapping[str, str], *, folder: str = "twice/") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return buffer.getvalue()


async def test_problems_come_in_pages(http: httpx.AsyncClient, door: Door) -> None:
    for name in ("a", "b", "c", "d"):
        await door.add_problem(name)
    first = (await http.get("/api/v1/problems", params={"limit": 3})).json()
    assert [item["id"] for item in first["items"]] == ["a", "b", "c"]
    second = (await http.get("/api/v1/problems", params={"limit": 3, "after": first["next"]})).json()
    assert [item["id"] for item in second["items"]] == ["d", "sum"]
    assert second["next"] is None
    item = second["items"][1]
    assert (item["name"], item["cpu_time_ms"], item["test_count"]) == ("Sum of two", 1000, 3)
    assert (await http.get(item["url"])).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), (f"after={'x' * 256}", "after")],
)
async def test_a_bad_page_is_named(http: httpx.AsyncClient, query: str, field: str) -> None:
    assert_problem(await http.get(f"/api/v1/problems?{query}"), 422, field=field)


async def test_a_problem_shows_its_samples_and_no_secret(http: httpx.AsyncClient) -> None:
    problem = (await http.get("/api/v1/problems/sum")).json()
    [sample] = problem["samples"]
    assert (sample["name"], sample["input"], sample["answer"]) == ("sample/1", "1 2\n", "3\n")
    assert (sample["interaction"], sample["truncated"]) == (None, False)
    assert [file["name"] for file in sample["files"]] == ["1.in", "1.ans"]
    assert (await http.get(sample["files"][1]["url"])).text == "3\n"
    assert problem["limits"]["memory_bytes"] == 256 << 20
    assert problem["statements"][0]["format"] == "markdown"
    assert "secret/" not in str(problem)


async def test_a_long_sample_is_cut(http: httpx.AsyncClient, door: Door) -> None:
    problem = await door.add_problem()
    long, odd = door.blobs.put(b"7" * (SAMPLE_BYTES_MAX + 1)), door.blobs.put(b"\xff")
    tests = (replace(problem.tests[0], input=long, answer=odd), *problem.tests[1:])
    await door.problems.record(replace(problem, tests=tests), at=SteadyClock().now())
    [sample] = (await http.get("/api/v1/problems/sum")).json()["samples"]
    assert sample["truncated"]
    assert (len(sample["input"]), sample["answer"]) == (SAMPLE_BYTES_MAX, "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize("name", ["nothing", "%00", "%ff", "x" * 3000, "a%2fb"])
async def test_an_unknown_problem_is_not_found(http: httpx.AsyncClient, name: str) -> None:
    assert_problem(await http.get(f"/api/v1/problems/{name}"), 404)


async def test_languages_say_what_is_installed(http: httpx.AsyncClient) -> None:
    languages = (await http.get("/api/v1/languages")).json()
    by_id = {item["id"]: item for item in languages["items"]}
    assert len(by_id) >= 12
    assert not by_id[NOT_INSTALLED]["available"]
    assert by_id["python3"]["available"]
    assert by_id["cpp"]["extensions"][0] == "cpp"
    assert languages["next"] is None


@pytest.mark.parametrize("folder", ["twice/", ""])
async def test_a_package_is_imported_once(http: httpx.AsyncClient, door: Door, folder: str) -> None:
    archive = packed(PACKAGE, folder=folder)
    url = "/api/v1/problems?short_name=twice"
    first = await http.post(url, content=archive, headers=ZIP)
    assert first.status_code == 201, first.text
    assert first.headers["location"] == "/api/v1/problems/twice"
    assert first.json()["samples"][0]["answer"] == "2\n"
    assert first.json()["test_count"] == 2
    again = await http.post(url, content=archive, headers=ZIP)
    assert (again.status_code, again.json()) == (200, first.json())
    assert list(door.upload_dir.iterdir()) == []


async def test_the_folder_names_the_problem(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/v1/problems", content=packed(PACKAGE), headers=ZIP)
    assert response.json()["id"] == "twice"
    nameless = await http.post("/api/v1/problems", content=packed(PACKAGE, folder=""), headers=ZIP)
    assert_problem(nameless, 422, field="short_name")


async def test_a_changed_package_is_a_new_version(http: httpx.AsyncClient) -> None:
    await http.post("/api/v1/problems", content=packed(PACKAGE), headers=ZIP)
    changed = packed({**PACKAGE, "data/secret/2.ans": "9\n"})
    assert (await http.post("/api/v1/problems", content=changed, headers=ZIP)).status_code == 201


async def test_a_broken_package_shows_every_finding(http: httpx.AsyncClient, door: Door) -> None:
    broken = {**PACKAGE, "data/secret/3.in": "1\n", "problem.yaml": "name: [\n"}
    response = await http.post("/api/v1/problems", content=packed(broken), headers=ZIP)
    problem = assert_problem(response, 422)
    assert problem["package"] == "twice"
    paths = [finding["path"] for finding in problem["findings"]]
    assert "problem.yaml" in paths
    assert any("data/secret/3" in path for path in paths)
    assert str(door.upload_dir) not in response.text
    assert list(door.upload_dir.iterdir()) == []


@pytest.mark.parametrize("name", ["../evil", "", "a/b", ".hidden", "x" * 101, "a b", "a\n"])
async def test_a_bad_short_name_is_named(http: httpx.AsyncClient, name: str) -> None:
    response = await http.post(
        "/api/v1/problems", params={"short_name": name}, content=packed(PACKAGE), headers=ZIP
    )
    assert_problem(response, 422, field="short_name")


async def test_packages_of_other_formats_are_taken(http: httpx.AsyncClient) -> None:
    content = packed({"1.in": "1\n", "1.out": "2\n"}, folder="")
    params = {"short_name": "pairs", "time_limit_ms": "2500", "memory_mib": "64"}
    answer = await http.post("/api/v1/problems", content=content, headers=ZIP, params=params)
    assert answer.status_code == 201
    limits = answer.json()["limits"]
    assert (limits["cpu_time_ms"], limits["memory_bytes"]) == (2500, 64 << 20)
    assert_problem(
        await http.post(
            "/api/v1/problems", content=content, headers=ZIP, params={**params, "format": "polygon"}
        ),
        422,
    )


async def test_what_is_still_to_be_made_is_named(http: httpx.AsyncClient) -> None:
    files = {
        "init.yml": "generator: gen.py\ntest_cases:\n- {generator_args: [7], points: 1}\n",
        "gen.py": "print(1)\n",
    }
    answer = await http.post("/api/v1/problems", content=packed(files), headers=ZIP)
    assert answer.status_code == 422
    assert "an input by gen.py 7" in answer.json()["detail"]
    assert "'assay problem export'" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("format=odd", "format"),
        ("time_limit_ms=0", "time_limit_ms"),
        ("time_limit_ms=600001", "time_limit_ms"),
        ("memory_mib=0", "memory_mib"),
        ("memory_mib=65537", "memory_mib"),
    ],
)
async def test_a_bad_wish_is_named(http: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await http.post(f"/api/v1/problems?{query}", content=packed(PACKAGE), headers=ZIP)
    assert_problem(answer, 422, field=field)


async def test_only_zip_is_taken(http: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/x-tar"}
    assert_problem(await http.post("/api/v1/problems", content=b"", headers=headers), 415)


async def test_a_huge_upload_is_refused_unread(http: httpx.AsyncClient) -> None:
    headers = {**ZIP, "Content-Length": str(10**12)}
    assert_problem(await http.post("/api/v1/problems", content=b"", headers=headers), 413)


async def test_imports_are_bounded(http: httpx.AsyncClient, door: Door) -> None:
    door.capacity.uploads.inside = 2
    assert_problem(await http.post("/api/v1/problems", content=packed(PACKAGE), headers=ZIP), 429)


def test_the_links_of_an_archive_are_marked_as_such(tmp_path: Path) -> None:
    """The tests of archives rely on this: `external_attr` is how zip says "link"."""
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert stat.S_ISLNK(archive.infolist()[0].external_attr >> 16)
