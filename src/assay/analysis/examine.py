"""The verb: one program's text, looked at. Pure, and for the child alone: a parser may crash or never end."""

from collections.abc import Sequence
from contextlib import suppress

from assay.analysis.languages import Grammar
from assay.analysis.matching import matches
from assay.analysis.measures.complexity import VERSIONS, complexity
from assay.analysis.measures.dead_code import dead_code
from assay.analysis.measures.duplication import duplication
from assay.analysis.measures.names import names
from assay.analysis.measures.sites import sites
from assay.analysis.measures.structure import structural_distance
from assay.analysis.rule_book import RuleBook
from assay.analysis.syntax import Grammars, NotUnderstood, Syntax
from assay.domain.finding import Analysis, Finding


class Examiner:
    """All that reading programs takes, loaded once. `ast_grep` is the version of that engine."""

    def __init__(self, *, grammars: Grammars, book: RuleBook, ast_grep: str) -> None:
        self._grammars = grammars
        self._book = book
        self._fixed_versions = {**VERSIONS, "ast-grep-py": ast_grep, "rules": book.digest}

    def examine(
        self, text: str, grammar: Grammar, *, language: str, path: str, references: Sequence[str]
    ) -> Analysis:
        """Findings in the order of their lines, and metrics. A reference that cannot be read is left out."""
        versions = dict(sorted({**self._grammars.versions(grammar), **self._fixed_versions}.items()))
        try:
            syntax = self._grammars.read(text, grammar)
        except NotUnderstood as error:
            return Analysis(
                language=language,
                findings=(),
                metrics={},
                parsed=False,
                why_not=error.why,
                versions=versions,
            )
        findings = matches(text, grammar, self._book.of(grammar), path=path)
        metrics, measured = _measured(text, syntax, grammar, path)
        findings += measured
        metrics |= sites(syntax, findings)
        metrics |= structural_distance(syntax, self._readable(references, grammar))
        return Analysis(
            language=language,
            findings=tuple(sorted(findings, key=_place)),
            metrics=dict(sorted(metrics.items())),
            parsed=True,
            why_not=None,
            versions=versions,
        )

    def _readable(self, references: Sequence[str], grammar: Grammar) -> dict[int, Syntax]:
        found = {}
        for number, reference in enumerate(references):
            with suppress(NotUnderstood):
                found[number] = self._grammars.read(reference, grammar)
        return found


def _measured(
    text: str, syntax: Syntax, grammar: Grammar, path: str
) -> tuple[dict[str, float], list[Finding]]:
    metrics: dict[str, float] = {
        "bytes": float(len(syntax.text)),
        "lines": float(len(text.splitlines())),
        "syntax_nodes": float(len(syntax.steps)),
        "syntax_depth_max": float(max(step.depth for step in syntax.steps)),
        **names(syntax, grammar),
    }
    findings: list[Finding] = []
    for more, found in (
        complexity(text, grammar, path=path),
        dead_code(syntax, grammar, path=path),
        duplication(syntax, path=path),
    ):
        metrics |= more
        findings += found
    return metrics, findings


def _place(finding: Finding) -> tuple[int, int, str, str]:
    return finding.start_line, finding.end_line, finding.rule, finding.message
