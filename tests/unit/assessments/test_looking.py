"""A program of several files is looked at as a whole: what is moved to a second file stays what it is."""

from dataclasses import replace

from assay.assessments.looking import SECONDS_MAX, look_at
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import score
from assay.domain.finding import Analysis
from assay.domain.submission import SourceFile
from tests.unit.assessments.programs import analysis, decision, finding, trace


class Reader:
    """Finds a slip in each file, but cannot read what says so."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.now = 0.0

    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        self.paths.append(path)
        if b"slow" in source:
            self.now += SECONDS_MAX + 1
        if b"broken" in source:
            return Analysis(
                language=language,
                findings=(),
                metrics={},
                parsed=False,
                why_not="it is broken",
                versions={},
            )
        count = float(len(source))
        return analysis(
            [replace(finding("bare_except", "error_handling"), path=path)],
            metrics={
                "functions": count,
                "cyclomatic_mean": count,
                "cyclomatic_max": count,
                "structural_distance": count,
            },
            language=language,
        )

    def seconds(self) -> float:
        return self.now


def files(**texts: str) -> list[SourceFile]:
    return [SourceFile(name=name.replace("_", "."), content=text.encode()) for name, text in texts.items()]


async def looked(reader: Reader, language: str = "python3", **texts: str) -> Analysis:
    return await look_at(files(**texts), language, reader, seconds=reader.seconds)


async def test_every_source_in_the_language_is_looked_at_and_no_other_file() -> None:
    reader = Reader()
    found = await looked(reader, data_txt="x", main_py="xxx", empty_py=" \n", b_py="x", c_js="x")
    assert reader.paths == ["main.py", "b.py"]
    assert [each.path for each in found.findings] == ["main.py", "b.py"]
    assert found.metrics == {
        "cyclomatic_max": 3.0,
        "cyclomatic_mean": 2.5,
        "files": 2.0,
        "functions": 4.0,
        "structural_distance": 3.0,
        "unread_files": 0.0,
    }


async def test_of_one_file_nothing_is_added_whatever_its_name_says() -> None:
    reader = Reader()
    found = await looked(reader, program="xx")
    assert reader.paths == ["program"]
    assert set(found.metrics) == {"functions", "cyclomatic_mean", "cyclomatic_max", "structural_distance"}


async def test_headers_are_of_the_program_that_includes_them() -> None:
    reader = Reader()
    await looked(reader, "cpp17", main_cpp="x", list_h="x", list_hpp="x")
    assert reader.paths == ["main.cpp", "list.h", "list.hpp"]
    reader = Reader()
    await looked(reader, "java", Main_java="x", list_h="x")
    assert reader.paths == ["Main.java"]


async def test_what_cannot_be_read_is_told_and_hides_nothing_of_the_rest() -> None:
    found = await looked(Reader(), a_py="broken", b_py="x")
    assert found.parsed
    assert found.metrics["unread_files"] == 1.0
    assert [each.path for each in found.findings] == ["b.py"]
    scored = score(
        decision([True]),
        analysis=found,
        trace=trace(),
        rubric=shipped_rubric("default"),
        role="backend",
        precision={},
    )
    assert "1 of its 2 files could not be read: nothing in them is charged." in scored.remarks
    nothing = await looked(Reader(), a_py="broken", b_py="broken")
    assert (nothing.parsed, nothing.why_not) == (False, "it is broken")


async def test_hostile_files_take_no_more_time_than_a_program_has() -> None:
    reader = Reader()
    found = await looked(reader, a_py="slow", b_py="x", c_py="x")
    assert reader.paths == ["a.py"]
    assert (found.metrics["files"], found.metrics["unread_files"]) == (3.0, 2.0)


async def test_answers_have_no_text() -> None:
    found = await looked(Reader(), "answers", a_txt="1")
    assert found.why_not == "answers were sent in, and no program"
