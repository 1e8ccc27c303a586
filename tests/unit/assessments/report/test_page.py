"""The page says all of a score in one file, escapes every text, and asks nobody for anything."""

from dataclasses import replace
from html.parser import HTMLParser
import re
from xml.etree import ElementTree as ET

import pytest

from assay.assessments.report import Report, html_report
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import score
from assay.domain.finding import Finding, Severity
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from tests.unit.assessments.programs import LINEAR_FIT, analysis, decision, finding, trace

HOSTILE = '<script>alert("x")</script> & </td> \u202e"'
SOURCE = f"first\nsecond = '{HOSTILE}'\n\tthird\x1b[31m\x00\nfourth\n".encode() + b"\xff\xfe"
FOUND = (
    finding("sleeps", "concurrency", line=2),
    finding("bare", "error_handling", Severity.MINOR, line=2),
    replace(finding("tangled", "readability", Severity.INFO, line=3), end_line=4),
)


def page(
    found: tuple[Finding, ...] = FOUND, *, rubric: str = "default", tests: int = 4, source: bytes = SOURCE
) -> str:
    chosen = shipped_rubric(rubric)
    traced = trace(tests=tests, time_ratio=5.0, fit=LINEAR_FIT if tests else None)
    result = score(
        decision([True, True, False]),
        analysis=analysis(found, metrics={}),
        trace=traced,
        rubric=chosen,
        role="backend",
        precision={},
    )
    return html_report(
        Report(
            problem=f"A problem {HOSTILE}",
            file_name=f"{HOSTILE}.py",
            source=source,
            verdict=Verdict.WA,
            score=result,
            rubric=chosen,
            trace=traced,
        )
    )


class Outline(HTMLParser):
    """What a page consists of: tags with their attributes, ids, and links."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> where another element is open"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


@pytest.mark.parametrize("rubric", ["default", "classic"])
@pytest.mark.parametrize("tests", [0, 1, 4, 200])
def test_it_is_well_formed_and_refers_to_nothing_outside(rubric: str, tests: int) -> None:
    outline = Outline(page(rubric=rubric, tests=tests))
    assert outline.open == []
    names = {tag for tag, _ in outline.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "form", "base", "use", "image"}
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    assert outline.values("src") == []
    assert all(link.startswith("#") and link[1:] in ids for link in outline.values("href"))
    for labelled in (*outline.values("aria-labelledby"),):
        assert set(labelled.split()) <= set(ids)
    assert not [name for _, attributes in outline.tags for name in attributes if name.startswith("on")]


def test_nothing_of_a_program_is_markup_or_hidden() -> None:
    text = page()
    assert "<script" not in text
    shown = "".join(Outline(text).texts)
    assert '<script>alert("x")</script>' in shown
    assert "\u202e" not in shown.partition("second")[2].partition("third")[0]  # turns the direction of text
    assert "[U+202E]" in shown
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "\u241b[31m\u2400" in shown
    assert "\ufffd\ufffd" in shown


def test_marks_and_reasons_are_linked_both_ways() -> None:
    outline = Outline(page())
    links = outline.values("href")
    for number, line in ((1, 2), (2, 2), (3, 3)):
        assert f"#d{number}" in links
        assert f"#line-{line}" in links
    assert {"d1", "d2", "d3", "d4", "line-2", "line-3"} <= set(outline.values("id"))
    lines = {
        attributes["id"]: attributes["class"]
        for tag, attributes in outline.tags
        if tag == "tr" and "id" in attributes
    }
    assert [name for name, kind in lines.items() if kind == "line inside"] == ["line-2", "line-3", "line-4"]


def test_each_deduction_has_its_rule_its_reason_and_its_points() -> None:
    shown = " ".join("".join(Outline(page()).texts).split())
    assert "bare is not good bare, minor, line 2; a charge of 15 of 100" in shown
    assert "tangled, info, lines 3 to 4" in shown
    assert "5.0 times the CPU time of accepted/good.py" in shown
    assert "cpu_time, measured; a charge of" in shown


def test_what_was_not_assessed_is_explained() -> None:
    shown = "".join(Outline(page(())).texts)
    assert "Not assessed: the program has no occasion for it" in shown
    assert "No test was run." in "".join(Outline(page(tests=0)).texts)


def test_charts_are_drawings_with_names() -> None:
    drawings = re.findall(r"<svg.*?</svg>", page(), flags=re.DOTALL)
    assert len(drawings) == 5  # two intervals, time, memory, growth
    for drawing in drawings:
        assert ET.fromstring(drawing).find("title") is not None  # noqa: S314  we wrote it
    assert "failed" not in drawings[2]
    assert "polyline" in drawings[4]


def test_what_is_between_backticks_is_code() -> None:
    said = replace(finding("r", "security", line=1), message="Use `with` & <b>close</b> it")
    assert "Use <code>with</code> &amp; &lt;b&gt;close&lt;/b&gt; it" in page((said,))
    odd = replace(said, message="one ` alone")
    assert "one ` alone" in page((odd,))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
def test_lines_are_those_that_findings_count_however_they_end(end: str) -> None:
    text = page(source=end.join(["one", "two", "three", ""]).encode())
    rows = re.findall(r'id="line-(\d)"><th scope="row">\d</th><td>(\w+)', text)
    assert rows == [("1", "one"), ("2", "two"), ("3", "three")]


def test_very_long_programs_are_cut_and_it_is_said() -> None:
    text = page((), source=b"x\n" * 6_000 + b"y" * 5_000)
    assert "1001 more lines are not shown" in text
    assert len(page((), source=b"y" * 1_000_000)) < 100_000


def test_of_very_many_findings_those_that_cost_are_shown() -> None:
    many = tuple(finding("bare", "error_handling", line=line) for line in range(1, 3_000))
    last = replace(finding("late", "security"), start_line=2_999, end_line=2_999)
    text = page((*many, last), source=b"x\n" * 3_000)
    assert "late is not good" in text
    assert "2501 more are not shown" in text  # and one that is measured
    assert len(text) < 1_500_000


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page() == page()


def test_the_fixed_sum_is_labelled() -> None:
    shown = "".join(Outline(page(rubric="classic")).texts)
    assert "not monotone" in shown
    assert "+10" in shown


def test_each_of_several_files_has_its_own_marks() -> None:
    found = (
        replace(finding("sleeps", "concurrency", line=2), path="main.py"),
        replace(finding("bare", "error_handling", line=2), path="lib/b.py"),
    )
    result = score(
        decision([True]),
        analysis=analysis(found, metrics={}),
        trace=trace(),
        rubric=shipped_rubric("default"),
        role="backend",
        precision={},
    )
    text = html_report(
        Report(
            problem="sum",
            file_name="main.py",
            source=b"one\ntwo\n",
            others=(
                SourceFile(name="a.py", content=b"1\n2\n"),
                SourceFile(name="lib/b.py", content=b"first\nsecond\n"),
            ),
            verdict=Verdict.AC,
            score=result,
            rubric=shipped_rubric("default"),
            trace=trace(),
        )
    )
    outline = Outline(text)
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    assert all(link[1:] in ids for link in outline.values("href"))
    inside = [
        attributes["id"]
        for tag, attributes in outline.tags
        if tag == "tr" and attributes.get("class") == "line inside"
    ]
    assert inside == ["line-2", "file-3-line-2"]
    shown = " ".join("".join(outline.texts).split())
    assert "bare, major, line 2 of lib/b.py" in shown
    assert "sleeps, major, line 2; a charge" in shown
