"""By which files a server and we believe each other, as its URL names them: the same for each kind of server.

?ca=/etc/ssl/ca.pem               with TLS: by whom its certificate is, if not by one whom this machine trusts
?cert=/a.pem&key=/a.key           with TLS: the certificate that we show, and its key, without a passphrase
?password_file=/run/secrets/x     our password, in place of one in the URL; a newline at its end is none of it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.errors import UsageError

OPTIONS = ("ca", "cert", "key", "password_file")
PASSWORD_BYTES_MAX = 4096  # what is longer is another file


@dataclass(frozen=True, kw_only=True)
class Trust:
    """`ca_file`: None: whom this machine trusts. `own`: our certificate and its key; None: we show none."""

    ca_file: Path | None
    own: tuple[Path, Path] | None


def read_trust(options: Mapping[str, str], *, has_tls: bool, what: str, scheme: str) -> Trust:
    """`what` and `scheme` (of URLs with TLS) are for the refusal. Raises `UsageError`."""
    files = {name: Path(options[name]) for name in ("ca", "cert", "key") if name in options}
    if files and not has_tls:
        raise UsageError(f"the option {next(iter(files))} is for a {what} with TLS: {scheme}://")
    if ("cert" in files) != ("key" in files):
        raise UsageError(f"who shows a {what} a certificate names it and its key: cert=…&key=…")
    for name, path in files.items():
        if not path.is_file():
            raise UsageError(f"the option {name} of a {what} is the path of a PEM file; there is none")
    own = (files["cert"], files["key"]) if "cert" in files else None
    return Trust(ca_file=files.get("ca"), own=own)


def read_password(in_url: str | None, options: Mapping[str, str], *, what: str) -> str | None:
    """What the URL says, or the file that it names; None without either. Raises `UsageError`."""
    if "password_file" not in options:
        return in_url
    if in_url is not None:
        raise UsageError(f"a {what} is told one password: in the URL, or by password_file")
    try:
        with Path(options["password_file"]).open("rb") as file:
            content = file.read(PASSWORD_BYTES_MAX + 1)
        password = content.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise UsageError(f"the password_file of a {what} cannot be read: {error.strerror}") from None
    except ValueError:  # no text, or no path
        raise UsageError(f"the password_file of a {what} is the path of a file with text") from None
    if not password or "\n" in password or len(content) > PASSWORD_BYTES_MAX:
        raise UsageError(f"the password_file of a {what} has a password in one line, and nothing else")
    return password
