"""Whatever is changed in an evidence file, the first link that does not hold is named."""

from collections.abc import Callable
from copy import deepcopy
import json
from typing import Any

import pytest

from assay.assessments.evidence.canonical import canonical, digest
from assay.assessments.evidence.file import read_file
from assay.assessments.evidence.merkle import leaf_hash
from assay.assessments.evidence.signatures import Purpose, to_text
from assay.assessments.evidence.signing import KeySigner, new_signer
from assay.assessments.evidence.statement import part_digest
from assay.assessments.evidence.verify import Report, verify
from assay.domain.evidence import Part
from tests.unit.assessments.evidence.made import evidence_file

Document = dict[str, Any]


@pytest.fixture(scope="module")
def whole() -> tuple[Document, dict[str, bytes]]:
    return evidence_file()


@pytest.fixture(scope="module")
def erased() -> tuple[Document, dict[str, bytes]]:
    return evidence_file(erased=True)


def look(document: Document, keys: dict[str, bytes] | None) -> Report:
    return verify(read_file(json.dumps(document, indent=1).encode()), keys)


def broken_link(document: Document, keys: dict[str, bytes] | None) -> str | None:
    broken = look(document, keys).broken
    return None if broken is None else broken.name


def flip(text: str) -> str:
    """Another text of the same kind."""
    return ("1" if text[0] != "1" else "2") + text[1:]


def test_a_whole_file_has_every_link(whole: tuple[Document, dict[str, bytes]]) -> None:
    document, keys = whole
    report = look(document, keys)
    assert report.broken is None
    assert report.is_trusted
    assert report.erased == ()
    names = [link.name for link in report.links]
    assert names[:3] == ["keys", "signature", "statement"]
    assert names[3:12] == [f"digest of part {part.value}" for part in Part]
    assert names[12:] == [
        "leaf hash",
        "path step 1",
        "path step 2",
        "path step 3",
        "tree head",
        "tree head's signature",
        "idempotency key",
        "digest of the source files",
        "digest of the rubric",
    ]


def test_without_a_key_of_ones_own_a_file_is_whole_but_not_trusted(
    whole: tuple[Document, dict[str, bytes]],
) -> None:
    report = look(whole[0], None)
    assert report.broken is None
    assert not report.is_trusted


def change(*path: str | int) -> Callable[[Document], None]:
    def apply(document: Document) -> None:
        *way, last = path
        place: Any = document
        for each in way:
            place = place[each]
        place[last] = flip(place[last]) if isinstance(place[last], str) else place[last] + 1

    return apply


TAMPERINGS = {
    "another instant": (change("statement", "at"), "signature"),
    "another digest": (change("statement", "parts", "score", "sha256"), "signature"),
    "another signature": (change("signature", "value"), "signature"),
    "another score": (change("parts", "score", "content", "total"), "digest of part score"),
    "another salt": (change("parts", "source", "salt"), "digest of part source"),
    "another file name": (
        change("parts", "source", "content", "files", 0, "name"),
        "digest of part source",
    ),
    "another rubric": (
        change("parts", "rubric", "content", "rubric", "version"),
        "digest of part rubric",
    ),
    "another role": (change("parts", "rubric", "content", "role"), "digest of part rubric"),
    "another leaf hash": (change("inclusion", "leaf_hash"), "leaf hash"),
    "another sibling": (change("inclusion", "path", 1, "hash"), "path step 2"),
    "another node": (change("inclusion", "path", 2, "node"), "path step 3"),
    "another index": (change("inclusion", "index"), "path"),
    "another size": (change("inclusion", "tree_head", "tree_size"), "tree head's signature"),
    "another root": (change("inclusion", "tree_head", "root_hash"), "tree head"),
    "another log": (change("inclusion", "tree_head", "log"), "tree head's signature"),
    "another head's signature": (
        change("inclusion", "head_signature", "value"),
        "tree head's signature",
    ),
}


@pytest.mark.parametrize("name", sorted(TAMPERINGS))
def test_the_first_broken_link_is_named(name: str, whole: tuple[Document, dict[str, bytes]]) -> None:
    tamper, link = TAMPERINGS[name]
    document = deepcopy(whole[0])
    tamper(document)
    assert broken_link(document, whole[1]) == link


def test_every_single_text_and_number_of_a_file_is_guarded(
    whole: tuple[Document, dict[str, bytes]],
) -> None:
    """All but the keys, which a verifier brings along."""
    document, keys = whole

    def places(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        if isinstance(value, dict):
            return [place for key, each in value.items() for place in places(each, (*path, key))]
        if isinstance(value, list):
            return [place for key, each in enumerate(value) for place in places(each, (*path, key))]
        return [path] if isinstance(value, str | int) and not isinstance(value, bool) else []

    guarded = [place for place in places(document, ()) if place[0] not in ("keys", "format")]
    assert len(guarded) > 50
    for place in guarded:
        changed = deepcopy(document)
        change(*place)(changed)
        try:
            assert broken_link(changed, keys) is not None, place
        except Exception as error:  # noqa: BLE001 - what cannot be read any more is told, too
            assert type(error).__name__ == "EvidenceUnreadable", place  # noqa: PT017


def signed_again(document: Document, signer: KeySigner) -> Document:
    """As somebody would who has another key: all that can be made to fit, fits."""
    for part, shown in document["parts"].items():
        salt = bytes.fromhex(shown["salt"]) if "salt" in shown else None
        document["statement"]["parts"][part]["sha256"] = part_digest(canonical(shown["content"]), salt)
    statement = canonical(document["statement"])
    signature = signer.sign(Purpose.STATEMENT, statement)
    document["signature"] = {"key_id": signature.key_id, "value": to_text(signature.value)}
    root = leaf_hash(statement)
    head = {**document["inclusion"]["tree_head"], "tree_size": 1, "root_hash": root.hex()}
    head_signature = signer.sign(Purpose.TREE_HEAD, canonical(head))
    document["inclusion"] = {
        "index": 0,
        "leaf_hash": root.hex(),
        "path": [],
        "tree_head": head,
        "head_signature": {"key_id": head_signature.key_id, "value": to_text(head_signature.value)},
    }
    document["keys"] = {signer.key_id: to_text(signer.public_key)}
    return document


def test_a_forgery_with_a_key_of_its_own_is_found_by_who_has_the_right_one(
    whole: tuple[Document, dict[str, bytes]],
) -> None:
    document = deepcopy(whole[0])
    document["parts"]["score"]["content"]["total"] = 100
    forged = signed_again(document, new_signer())
    assert broken_link(forged, None) is None, "it is whole, and nobody says whose it is"
    assert broken_link(forged, whole[1]) == "signature"


def test_an_issuer_who_contradicts_himself_is_found(
    whole: tuple[Document, dict[str, bytes]],
) -> None:
    signer = new_signer()
    for part, field, link in (
        ("candidate", "user_id", "idempotency key"),
        ("source", "sha256", "digest of the source files"),
        ("rubric", "sha256", "digest of the rubric"),
    ):
        document = deepcopy(whole[0])
        document["parts"][part]["content"][field] = "x" + document["parts"][part]["content"][field]
        forged = signed_again(document, signer)
        assert broken_link(forged, None) == link


def test_a_signature_is_of_its_purpose_alone(whole: tuple[Document, dict[str, bytes]]) -> None:
    signer = new_signer()
    document = signed_again(deepcopy(whole[0]), signer)
    statement = canonical(document["statement"])
    as_head = signer.sign(Purpose.TREE_HEAD, statement)
    document["signature"]["value"] = to_text(as_head.value)
    assert broken_link(document, None) == "signature"


def test_a_statement_of_another_kind_is_no_assessment(
    whole: tuple[Document, dict[str, bytes]],
) -> None:
    document = deepcopy(whole[0])
    document["statement"]["kind"] = "erasure"
    assert broken_link(signed_again(document, new_signer()), None) == "statement"


def test_a_part_that_is_withheld_without_an_erasure_is_missing(
    whole: tuple[Document, dict[str, bytes]],
) -> None:
    document = deepcopy(whole[0])
    document["parts"]["source"] = {"withheld": True}
    assert broken_link(document, whole[1]) == "digest of part source"


def test_an_erased_file_is_whole_and_says_what_is_erased(
    erased: tuple[Document, dict[str, bytes]],
) -> None:
    document, keys = erased
    report = look(document, keys)
    assert report.broken is None
    assert report.erased == tuple(part for part in Part if part.is_personal)


def test_the_erasure_of_others_is_none_of_this_file(
    erased: tuple[Document, dict[str, bytes]], whole: tuple[Document, dict[str, bytes]]
) -> None:
    document, keys = deepcopy(erased[0]), erased[1]
    document["erasure"]["statement"]["entries"] = ["e999"]
    assert broken_link(document, keys) == "erasure: signature"
    document = deepcopy(erased[0])
    document["parts"]["problem"] = {"withheld": True}
    assert broken_link(document, keys) == "digest of part problem", "nobody's personal data"


def test_an_erasure_in_another_log_of_the_same_key_is_none_of_this_file() -> None:
    signer = new_signer()
    ours, keys = evidence_file(signer=signer)
    theirs, _ = evidence_file(erased=True, log="another", signer=signer)
    assert theirs["statement"]["id"] == ours["statement"]["id"], "identities may collide"
    for part in Part:
        if part.is_personal:
            ours["parts"][part.value] = {"withheld": True}
    ours["erasure"] = theirs["erasure"]
    assert broken_link(ours, keys) == "erasure: entries"


def test_an_erasure_has_to_be_in_the_log(erased: tuple[Document, dict[str, bytes]]) -> None:
    document, keys = deepcopy(erased[0]), erased[1]
    document["erasure"]["inclusion"]["path"][0]["hash"] = "00" * 32
    assert broken_link(document, keys) == "erasure: path step 1"


def test_a_key_is_called_by_its_own_name(whole: tuple[Document, dict[str, bytes]]) -> None:
    document = deepcopy(whole[0])
    document["keys"]["0" * 32] = to_text(new_signer().public_key)
    assert broken_link(document, None) == "keys"


def test_the_layout_of_a_file_is_no_matter(whole: tuple[Document, dict[str, bytes]]) -> None:
    document, keys = whole
    turned = json.dumps(dict(reversed(document.items())), ensure_ascii=True, indent=4)
    assert verify(read_file(turned.encode()), keys).broken is None
    assert digest(json.loads(turned)) == digest(document)
