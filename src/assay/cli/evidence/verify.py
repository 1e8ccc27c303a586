"""`assay evidence verify FILE`: offline, with a public key."""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.cli.options import Json

EXIT_BROKEN = 1

File = Annotated[Path, typer.Argument(metavar="FILE", help="An evidence file.")]
PublicKey = Annotated[
    Path | None,
    typer.Option(
        "--public-key",
        help="Public keys in PEM, as 'assay evidence key' writes them. Without it the file's own are used.",
    ),
]


def verify(file: File, public_key: PublicKey = None, as_json: Json = False) -> None:
    """Check every link of an evidence file, offline. Exits with 1 and names the first link that is broken.

    Without --public-key the keys in the file itself are believed: that shows that nothing was changed since
    it was signed, and not by whom. Whoever issued the file publishes the key.
    """
    from assay.cli.evidence.reading import opened

    with opened([file] if public_key is None else [file, public_key]) as files:
        keys = None if public_key is None else files.keys(public_key)
        report = look_at(files.content(file), keys, name=str(file))
    if as_json:
        print(json.dumps(report))
    else:
        _tell(file, report)
    if report["broken"] is not None:
        raise typer.Exit(EXIT_BROKEN)


def look_at(content: bytes, keys: Mapping[str, bytes] | None, *, name: str) -> dict[str, Any]:
    """What verifying found, as JSON. `keys`: those that are trusted. Raises `EvidenceUnreadable`."""
    from assay.assessments.evidence.file import read_file
    from assay.assessments.evidence.verify import verify as look
    from assay.domain.evidence import Part

    read = read_file(content)
    report = look(read, keys)
    broken, head = report.broken, read.assessment.head.head
    return {
        "file": name,
        "whole": broken is None,
        "broken": None if broken is None else {"link": broken.name, "message": broken.fault},
        "held": [link.name for link in report.links if link.fault is None],
        "erased": [part.value for part in report.erased],
        "trusted": report.is_trusted,
        "followed": list(report.followed),
        "score": _summary(read.parts[Part.SCORE].content) if broken is None else None,
        "key_id": read.assessment.signature.key_id,
        "log": {
            "id": head.log,
            "timeline": head.timeline,
            "index": read.assessment.index,
            "tree_size": head.tree_size,
            "at": head.at.isoformat(),
        },
    }


def _summary(score: object) -> dict[str, Any] | None:
    """What the score comes to. None of an erased one, or of another release's."""
    if not isinstance(score, dict):
        return None
    return {name: score.get(name) for name in ("total", "interval", "rubric", "role")}


def _tell(file: Path, report: dict[str, Any]) -> None:
    broken, log = report["broken"], report["log"]
    if broken is not None:
        held = f"; {len(report['held'])} links before it hold" if report["held"] else ""
        print(f"{file}: broken at the {broken['link']}: {broken['message']}{held}")
        return
    print(f"{file}: whole, all {len(report['held'])} links hold")
    if (score := report["score"]) is not None:
        print(f"  score {score['total']} {score['interval']} by {score['rubric']} for {score['role']}")
    if report["erased"]:
        print(f"  erased, as the log says: {', '.join(report['erased'])}")
    print(
        f"  entry {log['index']} of the log {log['id']}, shown in its tree of {log['tree_size']} entries "
        f"as of {log['at']}"
    )
    if report["trusted"]:
        why = (
            "which a key named that you trust"
            if report["key_id"] in report["followed"]
            else "which you trust"
        )
        print(f"  signed by the key {report['key_id']}, {why}")
    else:
        print(
            f"  signed by the key {report['key_id']}, which is the file's own word: --public-key says whose "
            "it is"
        )
