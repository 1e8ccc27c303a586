"""How many findings in real code are right: per rule, and in all."""

from collections.abc import Sequence
from pathlib import Path

from assay.analysis.rule_book import load_rules
from benchmarks.analysis.corpus import Hit, Seen, default_folders, hits
from benchmarks.analysis.labels import Tally, in_all, read_labels, tallies

WANTED = 0.95
ENOUGH = 20  # labels, for a rule to be called too imprecise; of fewer one wrong one says little


def precision(folders: Sequence[Path], *, files_max: int, sample: int) -> bool:
    """Print it, and up to `sample` findings a rule that nobody has looked at. Whether it is as wanted."""
    book, labels, seen = load_rules(), read_labels(), Seen()
    places = list(folders) or default_folders()
    found = list(hits(places, book=book, files_max=files_max, seen=seen))
    print(f"{seen.files} files, {seen.lines} lines; {seen.not_parsed} files were not understood")
    here = tallies(((hit.rule, hit.digest) for hit in found), labels)
    _print_table(here, "found in these folders")
    # A label of a rule that is no more, or that finds other things by now, is not counted.
    rules = {rule.file.removesuffix(".yml") for rule in book.rules}
    labelled = tallies((key for key in labels if key[0] in rules), labels)
    _print_table(labelled, "all that was ever looked at")
    print(f"{len(rules - here.keys())} of {len(rules)} rules found nothing here")
    print(
        f"{len(rules - labelled.keys())} of {len(rules)} rules were never seen to find anything in real code"
    )
    if sample:
        _print_samples(found, set(labels), sample)
    return (
        all(_is_good(tally) for tally in labelled.values())
        and (in_all(labelled.values()).precision or 0) >= WANTED
    )


def _is_good(tally: Tally) -> bool:
    return tally.labelled < ENOUGH or tally.right >= WANTED * tally.labelled


def _print_table(of_rules: dict[str, Tally], title: str) -> None:
    print(f"\n{title:44} {'found':>6} {'right':>6} {'wrong':>6}  precision, 95 % interval")
    for rule, tally in [*of_rules.items(), ("in all", in_all(of_rules.values()))]:
        told = "not looked at"
        if tally.precision is not None:
            low, high = tally.interval
            told = f"{tally.precision:.3f} ({low:.3f} to {high:.3f})"
        print(f"{rule:44} {tally.found:6} {tally.right:6} {tally.wrong:6}  {told}")
    print()


def _print_samples(found: Sequence[Hit], known: set[tuple[str, str]], sample: int) -> None:
    """Lines for labels.tsv, each with its code as comments; the digests decide which."""
    by_rule: dict[str, dict[str, Hit]] = {}
    for hit in found:
        by_rule.setdefault(hit.rule, {}).setdefault(hit.digest, hit)
    for rule, of_rule in sorted(by_rule.items()):
        for digest in [each for each in sorted(of_rule)[:sample] if (rule, each) not in known]:
            hit = of_rule[digest]
            where = "/".join(hit.path.parts[-3:])
            print(f"{rule}\t{digest}\t?\t{where}:{hit.start_line}")
            lines = hit.path.read_text(errors="replace").split("\n")
            for line in lines[max(0, hit.start_line - 3) : hit.end_line + 2][:12]:
                print(f"#   {line[:140]}")
