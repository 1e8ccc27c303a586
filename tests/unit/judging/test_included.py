"""Files that the setter adds: those of all languages, and a language's own over them."""

from dataclasses import replace
import os

from assay.domain.jury import DataRef, JuryFile
from assay.domain.problem import Included
from assay.domain.submission import SourceFile
from assay.judging.included import with_included
from assay.languages import load_catalogue
from tests.unit.judging.test_grading import case, problem


class Texts:
    """Test data whose text is its own name."""

    def open(self, ref: DataRef) -> int:
        fd = os.memfd_create("text")
        os.pwrite(fd, str(ref).encode(), 0)
        return fd


def given(language_id: str | None, **texts: str) -> Included:
    files = tuple(JuryFile(name=name, content=DataRef(text)) for name, text in texts.items())
    return Included(language_id=language_id, files=files)


def test_a_language_gets_the_files_of_all_languages_and_its_own_over_them() -> None:
    languages = load_catalogue()
    included = (given("python3", shared="of python", own="own"), given(None, shared="of all", data="data"))
    submitted = [SourceFile(name="main.py", content=b"-"), SourceFile(name="data", content=b"-")]
    asked = replace(problem(case("sample/1")), included=included)
    contents = {
        language_id: {
            file.name: file.content
            for file in with_included(submitted, asked, languages.get(language_id), Texts())
        }
        for language_id in ("python3", "ruby")
    }
    assert contents == {
        "python3": {"main.py": b"-", "data": b"data", "shared": b"of python", "own": b"own"},
        "ruby": {"main.py": b"-", "data": b"data", "shared": b"of all"},
    }
