"""The rubrics that come with Assay, data/<id>-<version>.yaml. A version that was ever published stays: scores
that name it must be found to come out again."""

from functools import cache
from importlib import resources

from assay.assessments.rubrics.reading import parse_rubric
from assay.domain.rubric import Rubric
from assay.errors import UnknownRubric

DEFAULT_RUBRIC = "default@1"
_ENDING = ".yaml"


def shipped_names() -> tuple[str, ...]:
    """The names of all of them, in order: "classic@1", "default@1"."""
    files = (resources.files("assay.assessments.rubrics") / "data").iterdir()
    stems = sorted(file.name.removesuffix(_ENDING) for file in files if file.name.endswith(_ENDING))
    return tuple("@".join(stem.rsplit("-", 1)) for stem in stems)


@cache
def shipped_rubric(name: str) -> Rubric:
    """The rubric of this name; without "@…", its newest version. Raises `UnknownRubric`, naming those that
    there are."""
    wanted = name if "@" in name else _newest(name)
    if wanted is None or wanted not in shipped_names():
        raise UnknownRubric(
            f"there is no rubric {name[:50]!r}; there are {', '.join(shipped_names())}, and your own files",
            field="rubric",
        )
    file = f"{wanted.replace('@', '-')}{_ENDING}"
    text = (resources.files("assay.assessments.rubrics") / "data" / file).read_text(encoding="utf-8")
    return parse_rubric(text, path=file)


def _newest(rubric_id: str) -> str | None:
    versions = [name for name in shipped_names() if name.rpartition("@")[0] == rubric_id]
    return max(versions, key=lambda name: int(name.rpartition("@")[2]), default=None)
