"""The result as JSON: what `run` prints and `show` reads. Its fields are in docs/how-to/similarity.md."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
import json
from pathlib import Path
from typing import Any

from assay.analysis.similarity.compare import Material
from assay.analysis.similarity.nouns import Comparison, Match, Pair, Place, Skipped
from assay.errors import UsageError

FORMAT = "assay-similarity/1"
RESULT_BYTES_MAX = 256 << 20  # ten thousand pairs with a hundred matches each


def described(
    comparison: Comparison,
    material: Material,
    *,
    skipped: Sequence[Skipped],
    paths: Mapping[str, Path],
    templates: Sequence[Path],
) -> dict[str, Any]:
    """The document. `paths` says where submissions are whose names begin so."""
    shown = {name for pair in comparison.pairs for name in (pair.a, pair.b)}
    everybody = (*material.submissions, *material.corpus)
    threshold = comparison.threshold
    return {
        "format": FORMAT,
        "pairs": [described_pair(pair) for pair in comparison.pairs],
        "threshold": threshold.value,
        "false_positive_rate": threshold.false_positive_rate,
        "threshold_basis": threshold.why,
        "clusters": [list(cluster) for cluster in comparison.clusters],
        "flagged": comparison.flagged_count,
        "compared": comparison.compared,
        "compared_with": comparison.compared_with,
        "skipped": [asdict(skip) for skip in sorted((*skipped, *comparison.skipped), key=lambda s: s.name)],
        "submissions": {
            each.name: {"path": str(_path_of(each.name, paths)), "sha256": each.digest()}
            for each in everybody
            if each.name in shown
        },
        "templates": [str(each) for each in templates],
        "versions": dict(comparison.versions),
    }


def described_pair(pair: Pair) -> dict[str, Any]:
    return {
        "a": pair.a,
        "b": pair.b,
        "similarity": round(pair.similarity, 4),
        "flagged": pair.flagged,
        "cut": pair.cut,
        "matches": [_described_match(match) for match in pair.matches],
    }


def read_document(content: bytes, shown_as: str) -> dict[str, Any]:
    """A document that `run --out` wrote. Raises `UsageError` for anything else."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{shown_as}: is no result of 'assay similarity run --out': {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UsageError(f"{shown_as}: is no result of 'assay similarity run --out'; its format is {FORMAT}")
    if not _is_whole(document):
        raise UsageError(f"{shown_as}: is damaged: make it again with 'assay similarity run --out'")
    return document


def _is_whole(document: Mapping[str, Any]) -> bool:
    try:
        paths = document["submissions"]
        return all(isinstance(each, str) for each in document["templates"]) and all(
            isinstance(paths[pair[side]]["path"], str) and isinstance(paths[pair[side]]["sha256"], str)
            for pair in document["pairs"]
            for side in ("a", "b")
            if 0 <= float(pair["similarity"]) <= 1 and isinstance(pair["flagged"], bool)
        )
    except (KeyError, TypeError, ValueError):
        return False


def _described_match(match: Match) -> dict[str, Any]:
    def lines(place: Place) -> list[int]:
        return [place.first_line, place.last_line]

    return {
        "a_file": match.a.file,
        "a_lines": lines(match.a),
        "b_file": match.b.file,
        "b_lines": lines(match.b),
        "tokens": match.tokens,
    }


def _path_of(name: str, paths: Mapping[str, Path]) -> Path:
    prefix = max((each for each in paths if name.startswith(each)), key=len)
    return paths[prefix] / name.removeprefix(prefix)
