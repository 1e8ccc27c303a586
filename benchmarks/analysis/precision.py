"""How many findings in real code are right: per rule, and in all; and which rules that proves."""

from collections.abc import Sequence
from pathlib import Path

from assay.analysis.rule_book import load_rules
from assay.assessments.scoring import RulePrecision
from benchmarks.analysis.corpus import Hit, Seen, default_folders, hits
from benchmarks.analysis.labels import MENDED, UNSEEN, Tally, by_id, in_all, read_labels, tallies

PROVEN_WANTED = 75  # rules, over all languages


def precision(folders: Sequence[Path], *, files_max: int, sample: int) -> bool:
    """Print it, and up to `sample` findings a rule that nobody has looked at. Whether it is as wanted."""
    book, labels, seen = load_rules(), read_labels(MENDED), Seen()
    places = list(folders) or default_folders()
    found = list(hits(places, book=book, files_max=files_max, seen=seen))
    print(f"{seen.files} files, {seen.lines} lines; {seen.not_parsed} files were not understood")
    here = tallies(((hit.rule, hit.digest) for hit in found), labels)
    _print_table(here, "found in these folders")
    # A label of a rule that is no more, or that finds other things by now, is not counted.
    rules = {rule.file.removesuffix(".yml") for rule in book.rules}
    labelled = tallies((key for key in labels if key[0] in rules), labels)
    _print_table(labelled, "looked at while rules were mended")
    unseen = read_labels(UNSEEN)
    of_files = tallies((key for key in unseen if key[0] in rules), unseen)
    _print_table(of_files, "unseen by any mending")
    proven = _print_states(by_id(of_files), {rule.id for rule in book.rules})
    print(f"{len(rules - here.keys())} of {len(rules)} rules found nothing here")
    never = len(rules - labelled.keys() - of_files.keys())
    print(f"{never} of {len(rules)} rules were never seen to find anything in real code")
    if sample:
        _print_samples(found, set(labels) | set(unseen), sample)
    return proven >= PROVEN_WANTED


def _print_states(of_ids: dict[str, Tally], ids: set[str]) -> int:
    """The table by ids, whatever the language, the proven ones first; how many these are."""
    states = {rule: RulePrecision(right=each.right, wrong=each.wrong) for rule, each in of_ids.items()}
    proven = {rule: each for rule, each in of_ids.items() if states[rule].is_enough}
    others = {rule: each for rule, each in of_ids.items() if rule not in proven}
    _print_table(proven, "proven: these charge")
    _print_table(others, "informative: looked at, not proven")
    silent = sorted(ids - of_ids.keys())
    print(f"informative, and never looked at: {', '.join(silent) or 'none'}")
    print(f"\n{len(proven)} of {len(ids)} rules are proven; {PROVEN_WANTED} are wanted")
    return len(proven)


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
    """Lines for mended/ or unseen/, each with its code as comments; the digests decide which."""
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
