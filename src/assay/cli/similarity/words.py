"""What `assay similarity` shows on a terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.analysis.similarity.nouns import Pair, Place, Submission
from assay.cli.backup.words import printable

_ROWS_MAX = 50
_SKIPPED_MAX = 10
_CLUSTERS_MAX = 10
_STYLES = ("cyan", "yellow", "magenta", "green", "blue", "red")
CAUTION = "similar is not copied: look at the parts, and hear the people, before you judge anybody"


def show_comparison(console: Console, document: Mapping[str, Any], *, written: Path | None) -> None:
    """The most similar pairs, from where on they are flagged, and who is joined with whom."""
    pairs = document["pairs"][:_ROWS_MAX]
    if pairs:
        console.print(_table(pairs))
    left_out = len(document["pairs"]) - len(pairs)
    if left_out:
        console.print(f"and {left_out} less similar pairs: --json or --out has them")
    for cluster in document["clusters"][:_CLUSTERS_MAX]:
        console.print(Text(f"together: {', '.join(map(printable, cluster))}"), soft_wrap=True)
    _show_skipped(console, document["skipped"])
    console.print(Text(threshold_in_words(document)), soft_wrap=True)
    others = f", and with {document['compared_with']} others" if document["compared_with"] else ""
    console.print(
        f"{document['compared']} submissions compared{others}: {document['flagged']} pairs are worth a look",
        highlight=False,
    )
    if document["flagged"]:
        console.print(CAUTION)
    if written is not None:
        console.print(Text(f"written: {written}; 'assay similarity show {written} --pair 1' shows the first"))


def threshold_in_words(document: Mapping[str, Any]) -> str:
    """From where on pairs are flagged, and why from there."""
    value = document["threshold"]
    told = "no threshold" if value is None else f"worth a look from {value:.0%} on"
    return f"{told}: {document['threshold_basis']}"


def show_pair(console: Console, pair: Pair, a: Submission, b: Submission) -> None:
    """Each match with its lines, side by side."""
    console.print(Text(f"{printable(pair.a)}  and  {printable(pair.b)}"), style="bold", soft_wrap=True)
    console.print(
        f"{pair.similarity:.0%} of the shorter one is in the other, in {len(pair.matches)} "
        f"{'part' if len(pair.matches) == 1 else 'parts'}; {CAUTION}",
        highlight=False,
        soft_wrap=True,
    )
    if pair.cut:
        console.print("they repeat themselves so much that not all of it was searched: it may be more")
    for number, match in enumerate(pair.matches, 1):
        style = _STYLES[(number - 1) % len(_STYLES)]
        console.print(
            Text(
                f"\n{number}. {_where(match.a)}  =  {_where(match.b)}  ({match.tokens} tokens)", style=style
            ),
            soft_wrap=True,
        )
        table = Table.grid(padding=(0, 1), expand=console.is_terminal)
        for justify in ("right", "left", "right", "left"):
            table.add_column(justify=justify, ratio=1 if justify == "left" else None, overflow="fold")
        left, right = _lines(a, match.a), _lines(b, match.b)
        for row in range(max(len(left), len(right))):
            table.add_row(*_cells(left, row), *_cells(right, row))
        console.print(table)


def _table(pairs: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("", "similarity", "a", "b", "parts", "", box=None)
    for number, pair in enumerate(pairs, 1):
        table.add_row(
            str(number),
            f"{pair['similarity']:.0%}",
            Text(printable(pair["a"])),
            Text(printable(pair["b"])),
            str(len(pair["matches"])),
            Text("worth a look", style="yellow") if pair["flagged"] else "",
        )
    return table


def _show_skipped(console: Console, skipped: Sequence[Mapping[str, str]]) -> None:
    for skip in skipped[:_SKIPPED_MAX]:
        console.print(Text(f"not compared: {printable(skip['name'])}: {skip['reason']}"), soft_wrap=True)
    if len(skipped) > _SKIPPED_MAX:
        console.print(f"and {len(skipped) - _SKIPPED_MAX} more that are not compared: --json has them all")


def _where(place: Place) -> str:
    return f"{printable(place.file)} {place.first_line}–{place.last_line}"  # noqa: RUF001  a range


def _lines(submission: Submission, place: Place) -> list[tuple[int, str]]:
    content = next(file.content for file in submission.files if file.name == place.file)
    text = content.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = text[place.first_line - 1 : place.last_line]
    return [(place.first_line + at, printable(line.expandtabs(4))) for at, line in enumerate(lines)]


def _cells(lines: Sequence[tuple[int, str]], row: int) -> tuple[Text, Text]:
    if row >= len(lines):
        return Text(""), Text("")
    number, text = lines[row]
    return Text(str(number), style="dim"), Text(text)
