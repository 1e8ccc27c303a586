"""Plain submissions go past the framework: whoever sends them must not be able to tell."""

from fastapi import FastAPI
import httpx
import pytest

from assay.api.submissions import PLACE, is_plain_submission

_GOOD = b'{"problem_id": "sum", "language": "python3", "source": "print(3)"}'
_JSON = ("Content-Type", "application/json")
_LONG_WAY = ("Content-Type", "application/json; charset=utf-8")  # the same to us, and not plain

REQUESTS: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "good": (_GOOD, []),
    "with a key": (_GOOD, [("Idempotency-Key", "k1")]),
    "two keys": (_GOOD, [("Idempotency-Key", "k1"), ("Idempotency-Key", "k2")]),
    "a key that is none": (_GOOD, [("Idempotency-Key", "")]),
    "no JSON": (b"{", []),
    "nothing": (b"", []),
    "no object": (b"[]", []),
    "missing fields": (b"{}", []),
    "a field too many": (_GOOD[:-1] + b', "more": 1}', []),
    "an unknown problem": (_GOOD.replace(b"sum", b"none"), []),
    "an unknown language": (_GOOD.replace(b"python3", b"none"), []),
    "a lane that is not for all": (_GOOD[:-1] + b', "lane": "contest"}', []),
    "packed": (_GOOD, [("Content-Encoding", "gzip")]),
    "too long": (b" " * (1 << 20) + _GOOD, []),
    "from elsewhere": (_GOOD, [("Origin", "http://elsewhere.test")]),
    "for a page's eyes": (b"{}", [("Accept", "text/html")]),
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_both_ways_answer_the_same(http: httpx.AsyncClient, name: str) -> None:
    body, headers = REQUESTS[name]
    short, long = [
        await http.post(PLACE, content=body, headers=[media_type, *headers])
        for media_type in (_JSON, _LONG_WAY)
    ]
    assert short.status_code == long.status_code
    assert _without_identity(short) == _without_identity(long)
    if name == "with a key":
        assert short.json() == long.json()


async def test_the_framework_is_not_asked(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def bug(*_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(FastAPI, "__call__", bug)
    assert (await http.post(PLACE, content=_GOOD, headers=[_JSON])).status_code == 202
    with pytest.raises(AssertionError, match="asked"):
        await http.post(PLACE, content=_GOOD, headers=[_LONG_WAY])


def _without_identity(answer: httpx.Response) -> tuple[dict[str, str], str]:
    headers = dict(answer.headers)
    if "location" in headers:
        identity = headers["location"].removeprefix(f"{PLACE}/")
        headers["location"] = ""
        return headers, answer.text.replace(identity, "")
    return headers, answer.text


def _scope(**changes: object) -> dict[str, object]:
    return {
        "type": "http",
        "method": "POST",
        "path": PLACE,
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        **changes,
    }


def test_what_is_plain() -> None:
    assert is_plain_submission(_scope())


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "websocket"},
        {"type": "lifespan"},
        {"method": "GET"},
        {"path": f"{PLACE}/"},
        {"query_string": b"problem_id=sum"},
        {"headers": [(b"content-type", b"application/zip")]},
        {"headers": []},
    ],
)
def test_what_is_not(changes: dict[str, object]) -> None:
    assert not is_plain_submission(_scope(**changes))
