"""`assay similarity run DIR`: compare all submissions of a problem."""

from collections.abc import Sequence
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.house import check_present, plain_path, settle_in
from assay.cli.local import open_console
from assay.cli.options import Json
from assay.cli.similarity.writing import writer_of
from assay.cli.workshop import Bar
from assay.errors import UnknownLanguage, UsageError
from assay.languages import load_catalogue
from assay.settings import read_settings, usable_cores

if TYPE_CHECKING:
    from assay.analysis.similarity.nouns import Submission
    from assay.analysis.similarity.reading import Found, Reader

TOP = 50

Folders = Annotated[
    list[Path], typer.Argument(metavar="DIR…", help="Each file or folder in it is one submission.")
]
Templates = Annotated[
    list[Path] | None,
    typer.Option("--template", metavar="F", help="Starter code, which belongs to nobody. May be repeated."),
]


def run(
    folders: Folders,
    template: Templates = None,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            "--corpus",
            metavar="D",
            help="A folder of others, compared with DIR and not among themselves. May be repeated.",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Compare only sources in this language.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=10_000, help="How many pairs to give.")] = TOP,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, max=64, help="Default: the cores.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="F", help="Write the result as JSON, for 'assay similarity show'."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare the submissions in a folder with each other, and say which pairs are worth a look.

    A similarity is the share of the shorter program that is in the other one, too, whatever comments, layout
    and names are. It is no proof of anything: whoever is accused should be shown the parts, and heard.
    """
    templates, others = template or [], corpus or []
    places = [*folders, *others, *templates]
    check_present(places)
    for place in (*folders, *others):
        if not place.is_dir():
            raise UsageError(f"{place}: is no folder; each file or folder in DIR is one submission")
    plain = {place: plain_path(place) for place in places}
    if len({plain[place] for place in (*folders, *others)}) < len(folders) + len(others):
        raise UsageError("a folder is named twice")
    # Past all that can be refused at once: these load numpy and scipy.
    from assay.analysis.similarity.compare import Material, compare
    from assay.analysis.similarity.kernel import Kernel
    from assay.analysis.similarity.reading import Reader
    from assay.cli.similarity.document import described
    from assay.cli.similarity.words import show_comparison

    kernel = Kernel()
    with writer_of(out, "--out") as write:
        settle_in(read_settings(os.environ), readable=list(plain.values()), keeps_data=False)
        try:
            # not the one that is for judging: whether warm files are whole is nothing to us, and slow
            reader = Reader(load_catalogue(), language=language)
        except UnknownLanguage as error:
            raise UsageError(f"--language: {error.message}") from error
        is_alone = len(folders) == 1
        own = [reader.folder(plain[each], prefix="" if is_alone else f"{each}/") for each in folders]
        known = [reader.folder(plain[each], prefix=f"{each}/") for each in others]
        starters = _templates(reader, [(each, plain[each]) for each in templates])
        material = Material(
            submissions=tuple(each for found in own for each in found.submissions),
            corpus=tuple(each for found in known for each in found.submissions),
            templates=starters,
        )
        with Bar() as bar:
            comparison = compare(material, top=top, jobs=jobs or usable_cores(), kernel=kernel, tell=bar.step)
        document = described(
            comparison,
            material,
            skipped=[skip for found in (*own, *known) for skip in found.skipped],
            paths=_paths(folders, others, plain, is_alone=is_alone),
            templates=[plain[each] for each in templates],
        )
        write(json.dumps(document, indent=1).encode() + b"\n")
    if as_json:
        print(json.dumps(document))
    else:
        show_comparison(open_console(), document, written=out)


def _templates(reader: "Reader", places: Sequence[tuple[Path, Path]]) -> "tuple[Submission, ...]":
    """Files and folders of starter code. One that cannot be read is refused."""
    found: list[Found] = [reader.one(plain, name=str(place)) for place, plain in places]
    for each in found:
        if each.skipped:
            raise UsageError(f"--template: {each.skipped[0].name}: {each.skipped[0].reason}")
    return tuple(submission for each in found for submission in each.submissions)


def _paths(
    folders: Sequence[Path], others: Sequence[Path], plain: dict[Path, Path], *, is_alone: bool
) -> dict[str, Path]:
    """Where submissions are whose names begin so."""
    paths = {f"{each}/": plain[each] for each in (*others, *(() if is_alone else folders))}
    return paths | ({"": plain[folders[0]]} if is_alone else {})
