"""What of the environment goes into a backup: every setting by name, no secret by value."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

MASK = "***"

_OURS = re.compile(r"ASSAY_[A-Z0-9_]+")
_KEYS_OF_A_BUCKET = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|_KEY(_|$)|_KEYS?$")
_PLAIN_OPTIONS = frozenset({"endpoint", "region", "sslmode", "db", "target_session_attrs"})


@dataclass(frozen=True, kw_only=True)
class KeptSettings:
    """`values`: as they were, URLs without what is secret in them. `left_out`: names whose value is secret;
    `masked`: names of URLs that had something secret."""

    values: Mapping[str, str]
    left_out: tuple[str, ...]
    masked: tuple[str, ...]


def without_secrets(environment: Mapping[str, str]) -> KeptSettings:
    """Whatever may be a secret counts as one: a name that says so, and a URL that cannot be read."""
    values: dict[str, str] = {}
    left_out = [name for name in _KEYS_OF_A_BUCKET if environment.get(name)]
    masked = []
    for name in sorted(filter(_OURS.fullmatch, environment)):
        value = environment[name]
        if _SECRET.search(name):
            left_out.append(name)
            continue
        shown = _shown(value) if "://" in value or "@" in value else value
        if shown is None:
            left_out.append(name)
        else:
            values[name] = shown
            if shown != value:
                masked.append(name)
    return KeptSettings(values=values, left_out=tuple(sorted(left_out)), masked=tuple(masked))


def _shown(url: str) -> str | None:
    """A URL, password and all options masked that are not known to be harmless; None if it is none."""
    try:
        parts = urlsplit(url)
        options = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return None
    if not parts.scheme or (parts.scheme and "@" in parts.path):
        return None
    user, at, place = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    netloc = f"{name}{colon}{MASK if colon else ''}{at}{place}"
    query = "&".join(f"{key}={value if key in _PLAIN_OPTIONS else MASK}" for key, value in options)
    return urlunsplit((parts.scheme, netloc, parts.path, query, MASK if parts.fragment else ""))
