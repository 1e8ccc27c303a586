"""`assay similarity` as a teacher types it, on folders; and its page in a browser."""

import json
import os
from pathlib import Path
import pty
import subprocess
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright
import pytest

from benchmarks.similarity.classes import Class, a_class
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.product.running import ASSAY, assay


@pytest.fixture(scope="module")
def made() -> Class:
    """Of one problem: thirty authors, three copies."""
    return a_class("python3", "product", authors=30, hows=("declarations",), copies_each=3, tasks=6)


@pytest.fixture(scope="module")
def folder(made: Class, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("similar") / "submissions"
    place.mkdir()
    for each in made.submissions:
        (place / f"{each.name}.py").write_bytes(each.files[0].content)
    for path in (place, *place.parents[:2]):
        path.chmod(0o755)  # pytest's are its user's alone
    return place


@pytest.fixture(scope="module")
def result(folder: Path) -> Path:
    out = folder.parent / "result.json"
    done = assay("similarity", "run", folder, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "worth a look" in done.stdout
    assert "similar is not copied" in done.stdout
    assert "written: " in done.stdout
    return out


def as_json(*arguments: str | Path, **options: Any) -> Any:
    done = assay("similarity", *arguments, "--json", **options)
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout)


def test_copies_are_flagged_and_joined(made: Class, result: Path) -> None:
    document = json.loads(result.read_text())
    pairs = {frozenset((pair["a"], pair["b"])): pair for pair in document["pairs"]}
    for each in made.copies:
        pair = pairs[frozenset((f"{each.origin}.py", f"{each.copy}.py"))]
        assert pair["flagged"]
        assert pair["similarity"] > document["threshold"]
        assert sorted((f"{each.origin}.py", f"{each.copy}.py")) in document["clusters"]
        first = pair["matches"][0]
        assert first["a_lines"][0] <= first["a_lines"][1]
        assert first["b_lines"][0] <= first["b_lines"][1]
    assert document["false_positive_rate"] == 0.01
    assert document["compared"] == 33
    assert "tree-sitter-python" in document["versions"]


def test_order_jobs_and_locale_change_nothing(folder: Path, result: Path, tmp_path: Path) -> None:
    again = tmp_path / folder.name
    again.mkdir()
    for path in sorted(folder.iterdir(), reverse=True):
        (again / path.name).write_bytes(path.read_bytes())
    expected = json.loads(result.read_text())
    found = as_json("run", folder, "--jobs", "1", env={**os.environ, "LC_ALL": "tr_TR.UTF-8"})
    assert found == expected
    moved = as_json("run", again, "--jobs", "3", env={**os.environ, "LC_ALL": "C", "PYTHONHASHSEED": "7"})
    assert {**moved, "submissions": None} == {**expected, "submissions": None}


def test_a_corpus_and_bad_files(folder: Path, tmp_path: Path) -> None:
    one = tmp_path / "class"
    one.mkdir()
    author = (folder / "author00007.py").read_text()
    (one / "anna.py").write_text(author)
    (one / "broken.py").write_bytes(b"\0\1\2")
    (one / "deep.py").write_text("(" * 100_000)
    with_corpus = as_json("run", one, "--corpus", folder)
    assert with_corpus["pairs"][0]["b"] == f"{folder}/author00007.py"
    assert with_corpus["pairs"][0]["similarity"] == 1.0
    assert with_corpus["compared"] == 1
    reasons = {skip["name"]: skip["reason"] for skip in with_corpus["skipped"]}
    assert "NUL" in reasons["broken.py"]
    assert reasons["deep.py"] == "most of it is no python"


def test_two_are_shown_side_by_side(folder: Path) -> None:
    files = [folder / "author00000.py", folder / "copy-declarations-0000.py"]
    done = assay("similarity", "show", *files)
    assert done.returncode == 0, done.stderr
    assert "of the shorter one is in the other" in done.stdout
    assert "1. author00000.py" in done.stdout
    pair = as_json("show", *files)
    assert pair["similarity"] > 0.8
    assert not pair["flagged"]


def test_a_source_that_changed_since_is_told(folder: Path, result: Path, tmp_path: Path) -> None:
    document = json.loads(result.read_text())
    name = document["pairs"][0]["a"]
    document["submissions"][name]["path"] = str(folder / "author00009.py")
    (tmp_path / "r.json").write_text(json.dumps(document))
    done = assay("similarity", "show", tmp_path / "r.json", "--pair", "1")
    assert done.returncode == 2
    assert "author00009.py: has changed since it was compared" in done.stderr


def test_a_terminal_has_a_progress_bar(folder: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*ASSAY, "similarity", "run", folder],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # the terminal's other end is closed
            pass
    os.close(ours)
    assert process.returncode == 0
    assert b"matching" in shown  # the last thing that is done; what is quick before may never be drawn


@pytest.fixture(scope="module")
def page_file(result: Path) -> Path:
    file = result.parent / "page.html"
    done = assay("similarity", "show", result, "--html", file)
    assert done.returncode == 0, done.stderr
    return file


def test_the_page_links_parts_and_asks_for_nothing(page_file: Path) -> None:
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            color_scheme="dark", java_script_enabled=False, viewport={"width": 1200, "height": 800}
        )
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        assert asked == [page_file.as_uri()]
        _follow_a_part(page)
        page.set_viewport_size({"width": 360, "height": 700})
        boxes = [page.locator(".pane").nth(number).bounding_box() for number in (0, 1)]
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[1]["y"] > boxes[0]["y"]  # below each other where there is no room
        assert boxes[0]["x"] + boxes[0]["width"] <= 360
        browser.close()


def _follow_a_part(page: Page) -> None:
    """By keyboard: the mark of a part in one text leads to its partner in the other."""
    partner = page.locator("#p1-b-1")
    page.locator("#p1-a-1").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('#')[0]}#p1-b-1")
    expect(partner).to_be_in_viewport()
