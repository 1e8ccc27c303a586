"""`assay similarity show RESULT` or `show A B`: what two submissions share, side by side."""

from collections.abc import Sequence
from dataclasses import replace
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.house import check_present, plain_path, settle_in
from assay.cli.local import open_console
from assay.cli.options import Json
from assay.cli.similarity.comparing import Templates
from assay.cli.similarity.writing import writer_of
from assay.cli.source import read_regular_file
from assay.errors import UnknownLanguage, UsageError
from assay.languages import load_catalogue
from assay.settings import read_settings

if TYPE_CHECKING:
    from assay.analysis.similarity.nouns import Pair, Submission
    from assay.analysis.similarity.page import Shown

PAGE_PAIRS_MAX = 30  # on one page: browsers get slow, and so do people


def show(
    what: Annotated[
        list[Path], typer.Argument(metavar="RESULT | A B", help="A file of 'run --out', or two submissions.")
    ],
    pair: Annotated[
        int | None, typer.Option("--pair", min=1, help="Of a result: the number of the pair to show.")
    ] = None,
    template: Templates = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Of A and B; default: by their files' endings.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="F", help="Also write it as one page that needs no other."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what two submissions share, side by side; of a result without --pair the list of its pairs.

    The page has the flagged pairs of a result (the most similar one if there are none), or the one of --pair.
    """
    if len(what) > 2:
        raise UsageError("give a result of 'assay similarity run --out', or two submissions")
    templates = template or []
    check_present([*what, *templates])
    with writer_of(html, "--html") as write:
        if len(what) == 1:
            if templates or language is not None:
                raise UsageError("--template and --language: a result has its own")
            _show_result(what[0], pair, write if html is not None else None, as_json=as_json)
        else:
            if pair is not None:
                raise UsageError("--pair: is for a result, and these are two submissions")
            _show_two(what, templates, language, write if html is not None else None, as_json=as_json)
    if html is not None and not as_json:
        print(f"written: {html}")


def _show_two(
    what: Sequence[Path], templates: Sequence[Path], language: str | None, write: Any, *, as_json: bool
) -> None:
    plain = [plain_path(each) for each in (*what, *templates)]
    settle_in(read_settings(os.environ), readable=plain, keeps_data=False)
    shown = _Reading(language).pair([str(each) for each in what], plain[:2], plain[2:])
    _tell([shown], write, title=f"{shown.pair.a} and {shown.pair.b}", threshold="", as_json=as_json)


def _show_result(file: Path, number: int | None, write: Any, *, as_json: bool) -> None:
    from assay.cli.similarity.document import RESULT_BYTES_MAX, read_document
    from assay.cli.similarity.words import show_comparison, threshold_in_words

    document = read_document(read_regular_file(plain_path(file), RESULT_BYTES_MAX), str(file))
    chosen = _chosen(document, number, is_page=write is not None)
    places = document["submissions"]
    paths = {name: Path(places[name]["path"]) for each in chosen for name in (each["a"], each["b"])}
    templates = [Path(each) for each in document["templates"]] if chosen else []
    check_present([*paths.values(), *templates])
    settle_in(read_settings(os.environ), readable=[file, *paths.values(), *templates], keeps_data=False)
    reading = _Reading(None)
    shown: list[Shown] = []
    for each in chosen:
        names = [each["a"], each["b"]]
        found = reading.pair(names, [paths[name] for name in names], templates)
        for name, submission in zip(names, (found.a, found.b), strict=True):
            if submission.digest() != places[name]["sha256"]:
                raise UsageError(f"{paths[name]}: has changed since it was compared; compare it again")
        shown.append(replace(found, pair=replace(found.pair, flagged=each["flagged"])))
    if number is None and not as_json:
        show_comparison(open_console(), document, written=None)
    elif number is None:
        print(json.dumps(document))
    if shown:
        _tell(
            shown,
            write,
            title="Similar submissions",
            threshold=threshold_in_words(document),
            as_json=as_json,
            is_quiet=number is None,
        )


def _chosen(document: dict[str, Any], number: int | None, *, is_page: bool) -> list[dict[str, Any]]:
    """The pairs to look at. Raises `UsageError` for a number that no pair has."""
    pairs: list[dict[str, Any]] = document["pairs"]
    if number is not None:
        if number > len(pairs):
            raise UsageError(f"--pair: there are {len(pairs)} pairs")
        return [pairs[number - 1]]
    if not is_page:
        return []
    return [pair for pair in pairs if pair["flagged"]][:PAGE_PAIRS_MAX] or pairs[:1]


class _Reading:
    """Reads pairs and compares them anew, which is quick for a few; so results need not carry sources."""

    def __init__(self, language: str | None) -> None:
        from assay.analysis.similarity.kernel import Kernel
        from assay.analysis.similarity.reading import Reader

        self._kernel = Kernel()
        try:
            self._reader: Reader = Reader(load_catalogue(), language=language)
        except UnknownLanguage as error:
            raise UsageError(f"--language: {error.message}") from error

    def pair(self, names: Sequence[str], paths: Sequence[Path], templates: Sequence[Path]) -> "Shown":
        from assay.analysis.similarity.compare import compare_two
        from assay.analysis.similarity.page import Shown

        a, b = (self._one(path, name) for path, name in zip(paths, names, strict=True))
        starters = [self._one(path, str(path)) for path in templates]
        pair: Pair = compare_two(a, b, templates=starters, kernel=self._kernel)
        return Shown(pair=pair, a=a, b=b)

    def _one(self, path: Path, name: str) -> "Submission":
        found = self._reader.one(path, name=name)
        if not found.submissions:
            raise UsageError(f"{found.skipped[0].name}: {found.skipped[0].reason}")
        return found.submissions[0]


def _tell(
    shown: "Sequence[Shown]", write: Any, *, title: str, threshold: str, as_json: bool, is_quiet: bool = False
) -> None:
    from assay.analysis.similarity.page import html_page
    from assay.cli.similarity.document import described_pair
    from assay.cli.similarity.words import show_pair

    if write is not None:
        write(html_page(shown, title=title, threshold=threshold).encode())
    if is_quiet:
        return
    for each in shown:
        if as_json:
            print(json.dumps(described_pair(each.pair)))
        else:
            show_pair(open_console(), each.pair, each.a, each.b)
