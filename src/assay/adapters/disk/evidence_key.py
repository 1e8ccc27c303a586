"""The key that signs evidence: a file that its owner alone may read.

    DATA_DIR/evidence/key.pem    0600, in a folder 0700; made when it is first needed

A key that was replaced is not kept: what it signed is verified with its public key, which the log has.
"""

from contextlib import suppress
import os
from pathlib import Path
import secrets

from assay.assessments.evidence.signing import KeySigner, new_signer, signer_from_pem
from assay.errors import Unavailable, UsageError

KEY_BYTES_MAX = 4096
_OTHERS = 0o077  # any permission of group and others


class EvidenceKey:
    """The key in a data folder. Looked at each time: another process may have replaced it."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "evidence" / "key.pem"

    def signer(self) -> KeySigner:
        """Whoever signs now; the key is made if there is none. Raises `Unavailable` and `UsageError`."""
        for _ in range(2):
            try:
                return self._read()
            except FileNotFoundError:
                self._make(new_signer())
            except OSError as error:
                raise Unavailable(f"the key {self._path} cannot be read: {error.strerror}") from error
        raise Unavailable(f"the key {self._path} is gone again as soon as it is made")

    def replace(self, successor: KeySigner) -> None:
        """From now on this one signs. Raises `Unavailable`."""
        temporary = self._write(successor)
        try:
            temporary.replace(self._path)
            self._sync()
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise Unavailable(f"the key {self._path} cannot be replaced: {error.strerror}") from error

    def _read(self) -> KeySigner:
        fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(fd, "rb") as file:
            if os.fstat(fd).st_mode & _OTHERS:
                raise UsageError(
                    f"others may read {self._path}, with which evidence is signed: 'chmod 600' it, and if "
                    "somebody may have read it, 'assay evidence key --rotate'"
                )
            return signer_from_pem(file.read(KEY_BYTES_MAX), name=str(self._path))

    def _make(self, signer: KeySigner) -> None:
        """Of processes that make one at the same time the first one's is kept."""
        temporary = self._write(signer)
        try:
            with suppress(FileExistsError):
                os.link(temporary, self._path)
            self._sync()
        except OSError as error:
            raise Unavailable(f"the key {self._path} cannot be made: {error.strerror}") from error
        finally:
            temporary.unlink(missing_ok=True)

    def _write(self, signer: KeySigner) -> Path:
        """A file beside the key's place, whole and on the disk."""
        temporary = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(signer.to_pem())
                file.flush()
                os.fsync(fd)
        except OSError as error:
            raise Unavailable(f"the key {self._path} cannot be written: {error.strerror}") from error
        return temporary

    def _sync(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
