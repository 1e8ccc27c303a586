"""The problem's text: statement/problem.<language>.{md,tex}.

Legacy packages have problem_statement/problem[.<language>].tex, and many in use .md as well.

PDF statements are left out with a warning: Assay shows text.
"""

import re

from assay.domain.problem import Statement, StatementFormat
from assay.problems.folder import PackageFolder
from assay.problems.package import PackageFormat, Report
from assay.problems.standard import LANGUAGE_TAG

STATEMENT_BYTES_MAX = 256 * 1024
_FOLDERS = {PackageFormat.LEGACY: "problem_statement", PackageFormat.STANDARD_2025_09: "statement"}
_NAME = re.compile(r"problem(?:\.([A-Za-z-]+))?\.(md|tex|pdf)")
_PLAIN_NAME = re.compile(r"^\s*%%\s*plainproblemname:\s*(.+?)\s*$", re.MULTILINE)
_TEX_NAME = re.compile(r"\\problemname\{([^{}]+)\}")


def read_statements(
    folder: PackageFolder, package_format: PackageFormat, report: Report
) -> tuple[Statement, ...]:
    """The statements, ordered by language. Of Markdown and TeX in one language, Markdown is taken."""
    where = _FOLDERS[package_format]
    statements: dict[str, Statement] = {}
    for name in folder.names_in(where):  # ordered: .md before .tex
        path = f"{where}/{name}"
        match = _NAME.fullmatch(name)
        if match is None or path not in folder.sizes:
            continue  # figures and the like
        language = match[1] or ("en" if package_format is PackageFormat.LEGACY else "")
        if not LANGUAGE_TAG.fullmatch(language):
            report.warn(
                path, f"ignored: name it problem.<language>.{match[2]}, such as problem.en.{match[2]}"
            )
        elif match[2] == "pdf":
            report.warn(path, "ignored: PDF statements are not shown; add Markdown or TeX")
        elif language in statements:
            report.warn(path, f"ignored: there is another statement in {language!r}")
        else:
            text = folder.read_text(path, bytes_max=STATEMENT_BYTES_MAX)
            if text is not None:
                kind = StatementFormat.MARKDOWN if match[2] == "md" else StatementFormat.TEX
                statements[language] = Statement(language=language, format=kind, text=text)
    if not statements:
        report.warn(where, f"has no statement in text; add {where}/problem.en.md or .tex")
    return tuple(statements[language] for language in sorted(statements))


def problem_name(names: dict[str, str], statements: tuple[Statement, ...], problem_id: str) -> str:
    """The name to show: English or the first in problem.yaml, else that of a TeX statement, else the id."""
    for language in ("en", *names):
        if language in names:
            return names[language]
    for statement in statements:
        found = _PLAIN_NAME.search(statement.text) or _TEX_NAME.search(statement.text)
        if statement.format is StatementFormat.TEX and found:
            return found[1]
    return problem_id
