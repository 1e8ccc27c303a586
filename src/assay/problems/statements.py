"""The problem's texts: statement/problem.<language>.{md,tex,pdf}, with images and names in each language.

Legacy packages have problem_statement/problem[.<language>].{tex,pdf}, and many in use .md as well. What is
wrong with a text changes no verdict, so most of it is a warning; how a text is drawn is another's matter
(assay.statements).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
import re
from typing import assert_never

from assay.domain.jury import DataRef, JuryFile
from assay.domain.problem import Statement, StatementFormat
from assay.problems.folder import PackageFolder
from assay.problems.package import PackageFormat, Report
from assay.problems.standard import LANGUAGE_TAG
from assay.statements.drawing import draw
from assay.statements.source import TEXT_BYTES_MAX, Source
from assay.statements.tex.figures import find

FILE_BYTES_MAX = 32 * 1024 * 1024  # of an image or a PDF: they go over the line to everybody who reads
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".svg", ".pdf", ".gif")
_FOLDERS = {PackageFormat.LEGACY: "problem_statement", PackageFormat.STANDARD_2025_09: "statement"}
_FORMATS = {"md": StatementFormat.MARKDOWN, "tex": StatementFormat.TEX, "pdf": StatementFormat.PDF}
_NAME = re.compile(r"problem(?:\.([A-Za-z-]+))?\.(md|tex|pdf)")
_PDF_HEAD = b"%PDF-"
_TITLE_CHARACTERS_MAX = 500
_TEX_REMARK = re.compile(r"(?<!\\)%.*")
_PLAIN_TITLE = re.compile(r"^[ \t]*%%[ \t]*plainproblemname:(.*)", re.MULTILINE)
_TEX_TITLE = re.compile(r"\\problemname\s*\{((?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{[^{}]*\})*\})*)\}")
_TEX_IMAGES = re.compile(
    r"\\includegraphics\*?\s*(?:\[[^\]]{0,500}\]\s*)?\{([^{}]{1,300})\}"
    r"|\\illustration\s*\{[^{}]{0,100}\}\s*\{([^{}]{1,300})\}"
)
_MARKDOWN_IMAGES = re.compile(r"!\[[^\]\n]{0,500}\]\(\s*<?([^\s)>]{1,300})")
_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}[ \t]+([^\n]{1,500}?)[ \t#]*\n")
_NEXT_SAMPLE = {
    StatementFormat.MARKDOWN: re.compile(r"\{\{nextsample\}\}"),
    StatementFormat.TEX: re.compile(r"\\nextsample(?![a-zA-Z])"),
}
_SVG_ACTIVE = re.compile(
    rb"""<script|\son[a-z]+\s*=|(?:href|src)\s*=\s*["']\s*(?:https?:)?//""", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """`name` and `names` are the Problem's; `files` its statement_files."""

    statements: tuple[Statement, ...]
    files: tuple[JuryFile, ...]
    name: str
    names: tuple[tuple[str, str], ...]


def read_texts(
    folder: PackageFolder,
    package_format: PackageFormat,
    given_names: Mapping[str, str],
    report: Report,
    *,
    problem_id: str,
    sample_count: int,
) -> Texts:
    """Statements, images and names. `given_names` are those of problem.yaml, by language.

    A problem without a name anywhere is called by its id.
    """
    where = _FOLDERS[package_format]
    statements = read_statements(folder, package_format, report)
    files = _read_files(folder, where, report)
    names = dict(given_names)
    for statement in statements:
        path = f"{where}/{_file_name(folder, where, statement)}"
        _check(statement, path, files, sample_count, report)
        _check_heading(statement, path, names.get(statement.language), report)
    match package_format:
        case PackageFormat.STANDARD_2025_09:
            _check_names(names, statements, report)
        case PackageFormat.LEGACY:
            names = {**_titles(statements), **names}
            for statement in statements:
                if statement.format is StatementFormat.TEX and not _title(statement.text):
                    path = f"{where}/{_file_name(folder, where, statement)}"
                    report.warn(path, "has no \\problemname{…}, which the specification wants")
        case PackageFormat.POLYGON | PackageFormat.DMOJ | PackageFormat.PLAIN:
            raise AssertionError(f"{package_format} has statements of its own")
        case _ as unreachable:
            assert_never(unreachable)
    return Texts(
        statements=statements,
        files=files,
        name=problem_name(dict(given_names), statements, problem_id),
        names=tuple(sorted(names.items())),
    )


def read_statements(
    folder: PackageFolder, package_format: PackageFormat, report: Report
) -> tuple[Statement, ...]:
    """The statements, ordered by language. Of several in one language, text goes before PDF, and Markdown
    before LaTeX."""
    where = _FOLDERS[package_format]
    legacy = _FOLDERS[PackageFormat.LEGACY]
    if legacy != where and legacy in folder.folders:
        report.warn(legacy, f"is not read: it is the legacy format's; in 2025-09 statements are in {where}/")
    statements: dict[str, Statement] = {}
    for name in sorted(folder.names_in(where), key=_preference):
        path = f"{where}/{name}"
        match = _NAME.fullmatch(name)
        if match is None or path not in folder.sizes:
            continue  # figures and the like
        language = match[1] or ("en" if package_format is PackageFormat.LEGACY else "")
        if not LANGUAGE_TAG.fullmatch(language):
            report.warn(
                path, f"ignored: name it problem.<language>.{match[2]}, such as problem.en.{match[2]}"
            )
        elif language in statements:
            report.warn(path, f"ignored: there is another statement in {language!r}")
        else:
            statement = _read_statement(folder, path, language, _FORMATS[match[2]], report)
            if statement is not None:
                statements[language] = statement
    if not statements:
        report.warn(where, f"has no statement; add {where}/problem.en.md or .tex")
    return tuple(statements[language] for language in sorted(statements))


def problem_name(names: Mapping[str, str], statements: tuple[Statement, ...], problem_id: str) -> str:
    """The name to show: English or the first in problem.yaml, else that of a TeX statement, else the id."""
    known = {**_titles(statements), **names}
    return next((known[language] for language in ("en", *names, *known) if language in known), problem_id)


def _read_statement(
    folder: PackageFolder, path: str, language: str, statement_format: StatementFormat, report: Report
) -> Statement | None:
    if statement_format is not StatementFormat.PDF:
        text = folder.read_text(path, bytes_max=TEXT_BYTES_MAX)
        return None if text is None else Statement(language=language, format=statement_format, text=text)
    if not _is_small(folder, path, report):
        return None
    head = folder.peek(path, bytes_max=FILE_BYTES_MAX)
    if head is not None and not head.startswith(_PDF_HEAD):
        report.warn(path, "ignored: it is no PDF, whatever its name says")
        return None
    return Statement(language=language, format=statement_format, text="", file=DataRef(path))


def _preference(name: str) -> tuple[int, str]:
    return ("md", "tex", "pdf").index(ending) if (ending := name.rpartition(".")[2]) in _FORMATS else 3, name


def _file_name(folder: PackageFolder, where: str, statement: Statement) -> str:
    """What a statement was read from, for messages."""
    ending = next(ending for ending, each in _FORMATS.items() if each is statement.format)
    name = f"problem.{statement.language}.{ending}"
    return name if f"{where}/{name}" in folder.sizes else f"problem.{ending}"


def _read_files(folder: PackageFolder, where: str, report: Report) -> tuple[JuryFile, ...]:
    """What a statement may show or link; what else is there (styles, sources of figures) is left."""
    files: list[JuryFile] = []
    for path in folder.files_below(where):
        name = path.removeprefix(f"{where}/")
        if not name.lower().endswith(IMAGE_ENDINGS) or _NAME.fullmatch(name):
            continue
        if not _is_small(folder, path, report):
            continue
        if name.lower().endswith(".svg"):
            content = folder.peek(path, bytes_max=FILE_BYTES_MAX)
            if content is not None and _SVG_ACTIVE.search(content):
                report.warn(path, "has scripts or loads files from elsewhere; browsers will not do it here")
        files.append(JuryFile(name=name, content=DataRef(path)))
    return tuple(files)


def _is_small(folder: PackageFolder, path: str, report: Report) -> bool:
    if folder.sizes[path] > FILE_BYTES_MAX:
        report.error(path, f"is {folder.sizes[path]} bytes; at most {FILE_BYTES_MAX} are allowed here")
        return False
    return True


def _check(
    statement: Statement, path: str, files: tuple[JuryFile, ...], sample_count: int, report: Report
) -> None:
    """What the specification asks of a text, and what its readers would miss."""
    names = tuple(file.name for file in files)
    missing: list[str] = []
    match statement.format:
        case StatementFormat.MARKDOWN:
            images = [found[1].removeprefix("./") for found in _MARKDOWN_IMAGES.finditer(statement.text)]
            missing = [image for image in images if image not in names]
        case StatementFormat.TEX:
            found_images = _TEX_IMAGES.finditer(_TEX_REMARK.sub("", statement.text))
            images = [(found[1] or found[2]).strip() for found in found_images]
            missing = [image for image in images if find(image, names) is None]
        case StatementFormat.PDF:
            return
        case _ as unreachable:
            assert_never(unreachable)
    for image in dict.fromkeys(missing):
        line = statement.text.count("\n", 0, statement.text.find(image)) + 1
        report.warn(path, f"shows {image[:100]!r}, but there is no such image beside it", line=line)
    wanted = sum(1 for _ in _NEXT_SAMPLE[statement.format].finditer(statement.text))
    if wanted > sample_count:
        report.warn(path, f"asks {wanted} times for the next sample; there are {sample_count}")


def _check_heading(statement: Statement, path: str, name: str | None, report: Report) -> None:
    """Markdown does not have the problem's name in it."""
    if statement.format is not StatementFormat.MARKDOWN or name is None:
        return
    heading = _MARKDOWN_HEADING.match(statement.text)
    if heading is not None and heading[1].casefold() == name.casefold():
        report.warn(path, "begins with the problem's name, which is shown above the text anyway; remove it")


def _check_names(names: Mapping[str, str], statements: tuple[Statement, ...], report: Report) -> None:
    """2025-09: there is a name in each language of a statement, and in no other."""
    languages = {statement.language for statement in statements}
    if not names or not languages:
        return  # told already
    for language in sorted(languages - set(names)):
        report.warn("problem.yaml", f"has no name in {language!r}, but a statement", field="name")
    for language in sorted(set(names) - languages):
        report.warn("problem.yaml", f"has a name in {language!r}, but no statement", field="name")


def _titles(statements: tuple[Statement, ...]) -> dict[str, str]:
    """The names that LaTeX statements give, as plain text, by language."""
    titles = {each.language: _title(each.text) for each in statements if each.format is StatementFormat.TEX}
    return {language: title for language, title in titles.items() if title}


def _title(text: str) -> str:
    plain = _PLAIN_TITLE.search(text)
    if plain is not None and plain[1].strip():
        return plain[1].strip()[:_TITLE_CHARACTERS_MAX]
    found = _TEX_TITLE.search(text)
    if found is None or len(found[1]) > _TITLE_CHARACTERS_MAX:
        return ""
    source = Source(
        text=found[0], format=StatementFormat.TEX, language="en", files=(), file_url="", sample_count=0
    )
    return " ".join(unescape(re.sub(r"<[^>]*>", "", draw(source).title)).split())
