"""What goes wrong with a bucket, in an operator's words, each with its remedy.

The library says what happened in its message alone: a sentence, what the server said (XML), and on further
lines how its own error is made up, which names what the system said.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import re

from obstore.exceptions import BaseError

from assay.errors import Unavailable

WORDS_MAX = 300  # characters of what a stranger's server says

_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_STATUS = re.compile(r"non-2xx status code: (\d{3})")
_FROM_SYSTEM = re.compile(r'Os \{\s*code: \d+,\s*kind: \w+,\s*message: "([^"]+)"')
_NAME_NOT_FOUND = re.compile(r'error: "(failed to lookup address[^"]*)"')
_NO_TLS = re.compile(r"InvalidContentType|InvalidMessage")

_KEYS = "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_REMEDIES = {
    "NoSuchBucket": "make the bucket, or name another one in ASSAY_BLOB_URL",
    "InvalidBucketName": "name another bucket in ASSAY_BLOB_URL",
    "InvalidAccessKeyId": _KEYS,
    "SignatureDoesNotMatch": _KEYS,
    "ExpiredToken": "renew the keys: AWS_SESSION_TOKEN has run out",
    "InvalidToken": "renew the keys: AWS_SESSION_TOKEN is not valid",
    "AccessDenied": "let the keys' owner list the bucket, and read and write its objects",
    "PermanentRedirect": "name the bucket's own region and endpoint in ASSAY_BLOB_URL",
    "AuthorizationHeaderMalformed": "name the bucket's own region in ASSAY_BLOB_URL (&region=…)",
    "RequestTimeTooSkewed": "set this machine's clock: it is too far from the store's",
}
_UNREACHABLE = "see that the store runs, and check the endpoint in ASSAY_BLOB_URL"


class BucketTrouble(Unavailable):
    """The bucket cannot be used just now. `found`: what is the case; `remedy`: what to do about it."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}; {remedy}" if remedy else found)
        self.found = found
        self.remedy = remedy


@contextmanager
def trouble_named(where: str) -> Iterator[None]:
    """What the library raises, as `BucketTrouble`; `where` names the bucket.

    An object that is not there, in a bucket that is, stays a `FileNotFoundError`.
    """
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        text = str(error)
        if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in text:
            raise FileNotFoundError(f"{where} has no such object") from None
        found, remedy = explain(text)
        raise BucketTrouble(f"{where}: {found}", remedy) from error


def explain(text: str) -> tuple[str, str]:
    """What is the case, and the remedy, from the words of the library. Pure."""
    if code := _CODE.search(text):
        said = code[1]
        return f"the store says {said}", _REMEDIES.get(said, "ask who runs the store")
    if status := _STATUS.search(text):
        return f"the store answers with HTTP status {status[1]}", "see what its own log says"
    if system := _FROM_SYSTEM.search(text) or _NAME_NOT_FOUND.search(text):
        return f"the store cannot be reached: {system[1]}", _UNREACHABLE
    if "kind: Timeout" in text:
        return "the store does not answer in time", _UNREACHABLE
    if _NO_TLS.search(text):
        return "the store does not speak TLS", "write http:// in the endpoint of ASSAY_BLOB_URL"
    sentence = " ".join(text.partition("Debug source")[0].split())
    return f"the store's answer cannot be used: {sentence[:WORDS_MAX]}", _UNREACHABLE
