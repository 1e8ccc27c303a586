"""The key that signs is made once, is its owner's alone, and is never shown."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import stat

import pytest

from assay.adapters.disk.evidence_key import EvidenceKey
from assay.assessments.evidence.signatures import Purpose
from assay.assessments.evidence.signing import (
    is_signed,
    new_signer,
    public_keys_from_pem,
    public_to_pem,
    signer_from_pem,
)
from assay.errors import Unavailable, UsageError


def test_it_is_made_when_it_is_first_needed_and_then_kept(tmp_path: Path) -> None:
    key = EvidenceKey(tmp_path)
    assert list(tmp_path.iterdir()) == []
    signer = key.signer()
    file = tmp_path / "evidence/key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["key.pem"]
    assert EvidenceKey(tmp_path).signer().key_id == signer.key_id


def test_of_many_that_make_it_at_once_one_is_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = {each.key_id for each in threads.map(lambda _: EvidenceKey(tmp_path).signer(), range(8))}
    assert keys == {EvidenceKey(tmp_path).signer().key_id}


def test_another_one_signs_from_the_next_time_on(tmp_path: Path) -> None:
    key, successor = EvidenceKey(tmp_path), new_signer()
    before = key.signer()
    EvidenceKey(tmp_path).replace(successor)
    assert key.signer().key_id == successor.key_id != before.key_id
    assert stat.S_IMODE((tmp_path / "evidence/key.pem").stat().st_mode) == 0o600


def test_one_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key = EvidenceKey(tmp_path)
    key.signer()
    (tmp_path / "evidence/key.pem").chmod(0o640)
    with pytest.raises(UsageError, match=r"others may read.*chmod 600"):
        key.signer()


@pytest.mark.parametrize(
    "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "evidence/key.pem"
    file.parent.mkdir()
    file.touch(0o600)
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"key\.pem is no unencrypted Ed25519") as caught:
        EvidenceKey(tmp_path).signer()
    assert "AAAA" not in str(caught.value)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(new_signer().to_pem())
    elsewhere.chmod(0o600)
    (tmp_path / "evidence/key.pem").symlink_to(elsewhere)
    with pytest.raises(Unavailable, match="cannot be read"):
        EvidenceKey(tmp_path).signer()


def test_no_word_of_it_is_in_its_representation() -> None:
    signer = new_signer()
    secret = signer.to_pem().splitlines()[1].decode()
    assert secret not in repr(signer)
    assert secret not in str(vars(signer))


def test_public_keys_go_out_and_come_back_several_at_once() -> None:
    signers = [new_signer() for _ in range(3)]
    pem = b"".join(b"# a word\n" + public_to_pem(each.public_key) for each in signers)
    keys = public_keys_from_pem(pem, name="keys.pem")
    assert keys == {each.key_id: each.public_key for each in signers}
    signature = signers[1].sign(Purpose.STATEMENT, b"word")
    assert is_signed(Purpose.STATEMENT, b"word", signature, keys)
    assert not is_signed(Purpose.TREE_HEAD, b"word", signature, keys)
    assert not is_signed(Purpose.STATEMENT, b"words", signature, keys)
    assert not is_signed(Purpose.STATEMENT, b"word", signature, {})
    again = signer_from_pem(signers[1].to_pem(), name="key.pem")
    assert again.key_id == signers[1].key_id


def test_a_private_key_is_no_public_one() -> None:
    with pytest.raises(UsageError, match=r"no public key in PEM"):
        public_keys_from_pem(new_signer().to_pem(), name="keys.pem")
    with pytest.raises(UsageError, match="no Ed25519 public key"):
        public_keys_from_pem(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", name="k")
