"""Polygon's statements, put together as the package format has them: LaTeX with headings of its subset.

    statement-sections/<language>/   name, legend, input, output, interaction, scoring, notes .tex, images
    statements/<language>/           problem.tex: the same in one, in terms of olymp.sty

The sections are what the setter wrote; the whole is taken only where there are none.
"""

from collections.abc import Mapping
import json
import re

from assay.domain.jury import DataRef, JuryFile
from assay.domain.problem import Credit, ShownSample, Statement, StatementFormat
from assay.problems.conversion import Conversion
from assay.problems.polygon.document import Element
from assay.problems.polygon.tests import PolygonTest
from assay.problems.polygon.words import headings_in, language_tag_of

_TEXT_BYTES_MAX = 256 * 1024
_EXAMPLE_BYTES_MAX = 1024 * 1024
_SECTIONS = ("legend", "input", "output", "interaction", "scoring", "notes")
_IMAGES = (".png", ".jpg", ".jpeg", ".pdf", ".eps", ".svg", ".gif")
_BEGIN = re.compile(r"\\begin\{problem\}(?:\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}){1,6}")
_COMMANDS = {
    "InputFile": "input",
    "OutputFile": "output",
    "Interaction": "interaction",
    "Scoring": "scoring",
    "Note": "notes",
    "Notes": "notes",
    "Examples": "",
    "Example": "",
}
_COMMAND = re.compile(r"\\(InputFile|OutputFile|Interaction|Scoring|Notes?|Examples?)\b")


def read_names(conversion: Conversion, problem: Element) -> dict[str, str]:
    """The problem's names by language tag."""
    names: dict[str, str] = {}
    for element in problem.below("names", "name"):
        tag = language_tag_of(element.get("language"))
        if tag is None:
            message = (
                f"{element.get('language')[:40]!r} is no language that is known here; its name is left out"
            )
            conversion.report.warn("problem.xml", message, field="names", line=element.line)
        elif element.get("value"):
            names.setdefault(tag, element.get("value"))
    return names


def read_statements(
    conversion: Conversion, problem: Element, names: Mapping[str, str]
) -> tuple[tuple[Statement, ...], tuple[JuryFile, ...]]:
    """The statements, ordered by language tag, and the images that they use."""
    statements: dict[str, Statement] = {}
    images: dict[str, JuryFile] = {}
    for name in _languages(conversion, problem):
        tag = language_tag_of(name)
        if tag is None or tag in statements:
            continue
        sections = _sections(conversion, name)
        if not sections:
            continue
        parts = [f"\\problemname{{{names[tag]}}}"] if tag in names else []
        headings = headings_in(tag)
        for section in _SECTIONS:
            if section in sections:
                heading = f"\\section*{{{headings[section]}}}\n" if section in headings else ""
                parts.append(f"{heading}{sections[section]}")
        text = "\n\n".join(parts) + "\n"
        statements[tag] = Statement(language=tag, format=StatementFormat.TEX, text=text)
        _collect_images(conversion, name, images)
    if not statements:
        conversion.report.warn("statements", "has no statement in LaTeX that can be read")
    return tuple(statements[tag] for tag in sorted(statements)), tuple(
        images[each] for each in sorted(images)
    )


def read_credits(conversion: Conversion, problem: Element) -> tuple[Credit, ...]:
    """Who wrote the statements, by problem-properties.json."""
    authors: dict[str, None] = {}
    for name in _languages(conversion, problem):
        path = f"statements/{name}/problem-properties.json"
        content = (
            conversion.folder.peek(path, bytes_max=_TEXT_BYTES_MAX)
            if path in conversion.folder.sizes
            else None
        )
        if content is None:
            continue
        try:
            properties = json.loads(content)
        except (ValueError, RecursionError):
            conversion.report.warn(path, "is not valid JSON; nobody is named as author")
            continue
        author = properties.get("authorName") if isinstance(properties, dict) else None
        if isinstance(author, str) and author.strip():
            authors[author.strip()] = None
    return tuple(Credit(role="authors", name=author) for author in authors)


def shown_sample(conversion: Conversion, problem: Element, test: PolygonTest) -> ShownSample | None:
    """What the statement shows of a sample (example.01, example.01.a), where that is not the test itself."""
    sizes = conversion.folder.sizes
    for name in _languages(conversion, problem):
        stem = f"statements/{name}/example.{test.number:02d}"
        if stem in sizes and f"{stem}.a" in sizes:
            shown = {
                path: _differs(conversion, path, of)
                for path, of in ((stem, test.input), (f"{stem}.a", test.answer))
            }
            given = DataRef(stem) if shown[stem] else None
            wanted = DataRef(f"{stem}.a") if shown[f"{stem}.a"] else None
            if given is None and wanted is None:
                return None
            return ShownSample(input=given, output=wanted, input_download=given, output_download=wanted)
    return None


def _differs(conversion: Conversion, path: str, other: DataRef) -> bool:
    """Whether two files differ in more than white space: Polygon's own line ends are not always the same."""
    if other not in conversion.folder.sizes:
        return False  # is still to be made; what is shown was made from it
    shown = conversion.folder.peek(path, bytes_max=_EXAMPLE_BYTES_MAX)
    real = conversion.folder.peek(other, bytes_max=_EXAMPLE_BYTES_MAX)
    return shown is None or real is None or shown.split() != real.split()


def _languages(conversion: Conversion, problem: Element) -> list[str]:
    """The names of languages, as folders have them, English first."""
    named = [element.get("language") for element in problem.below("names", "name")]
    named += [element.get("language") for element in problem.below("statements", "statement")]
    known = dict.fromkeys(name for name in named if name and "/" not in name)
    return sorted(known, key=lambda name: (name != "english", name))


def _sections(conversion: Conversion, name: str) -> dict[str, str]:
    sections: dict[str, str] = {}
    for section in _SECTIONS:
        path = f"statement-sections/{name}/{section}.tex"
        if path in conversion.folder.sizes:
            text = conversion.folder.read_text(path, bytes_max=_TEXT_BYTES_MAX)
            if text is not None and text.strip():
                sections[section] = text.strip()
    if sections:
        return sections
    path = f"statements/{name}/problem.tex"
    if path not in conversion.folder.sizes:
        return {}
    return _split(conversion.folder.read_text(path, bytes_max=_TEXT_BYTES_MAX) or "")


def _split(text: str) -> dict[str, str]:
    """The sections of a statement that is written with olymp.sty's commands."""
    text = _BEGIN.sub("", text, count=1).replace("\\end{problem}", "")
    first, *rest = _COMMAND.split(text)
    sections = {"legend": first.strip()}
    for command, content in zip(rest[::2], rest[1::2], strict=True):
        section = _COMMANDS[command]
        if section and content.strip():
            sections[section] = content.strip()
    return {section: content for section, content in sections.items() if content}


def _collect_images(conversion: Conversion, name: str, images: dict[str, JuryFile]) -> None:
    for folder in (f"statement-sections/{name}", f"statements/{name}"):
        for path in conversion.folder.files_below(folder):
            image = path.removeprefix(f"{folder}/")
            if image.lower().endswith(_IMAGES):
                images.setdefault(image, conversion.jury_file(path, image))
