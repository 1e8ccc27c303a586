"""A small HTTP client of Assay's own API, for the commands that talk to a server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import json
from typing import Any

import httpx

from assay.errors import AssayError, Finding, InvalidInput, NotFound, PackageInvalid, Unavailable, UsageError

_TIMEOUT = httpx.Timeout(30.0, read=120.0)


class ServerRefusal(AssayError):
    """The server said no, in a way that has no class of its own here. Its own words are the message."""

    code = "refused"


class ServerClient:
    """Speaks to one server. Every refusal of it comes back as an `AssayError` with the server's words."""

    def __init__(self, http: httpx.Client, url: str) -> None:
        self._http = http
        self.url = url

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._json("GET", path, params=params)

    def submit(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._json("POST", "/api/v1/submissions", json=body)

    def submit_answers(self, archive: bytes, fields: Mapping[str, str]) -> dict[str, Any]:
        """Upload a zip of answers; `fields` are those of a submission beside its files."""
        return self._json(
            "POST",
            "/api/v1/submissions",
            params=fields,
            content=archive,
            headers={"Content-Type": "application/zip"},
        )

    def import_package(
        self, archive: bytes, *, short_name: str, wishes: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Upload a zipped problem package; `short_name` becomes the problem's id. `wishes`: see the API."""
        return self._json(
            "POST",
            "/api/v1/problems",
            params={"short_name": short_name, **(wishes or {})},
            content=archive,
            headers={"Content-Type": "application/zip"},
        )

    def events(self, submission_id: str) -> Iterator[dict[str, Any]]:
        """The submission's progress from its beginning to its final event, as it happens."""
        path = f"/api/v1/submissions/{submission_id}/events"
        with self._speaking(), self._http.stream("GET", path) as response:
            if response.is_error:
                response.read()
                _raise_refusal(response)
            for line in response.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    def _json(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        with self._speaking():
            response = self._http.request(method, path, **request)
        if response.is_error:
            _raise_refusal(response)
        answer: dict[str, Any] = response.json()
        return answer

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except httpx.ConnectError:
            raise Unavailable(
                f"no server answers at {self.url}. Start one with 'assay serve', or name it with --server"
            ) from None
        except httpx.HTTPError as error:
            raise Unavailable(
                f"the server at {self.url} broke off: {error or type(error).__name__}"
            ) from error


@contextmanager
def connect(url: str) -> Iterator[ServerClient]:
    """A client for the server at `url`, closed at the end. Raises `UsageError` for what is no address."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"--server {url}: {error}") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise UsageError(f"--server {url}: not an address such as http://127.0.0.1:8700")
    with httpx.Client(base_url=address, timeout=_TIMEOUT, trust_env=False) as http:
        yield ServerClient(http, url)


def _raise_refusal(response: httpx.Response) -> None:
    """Turn problem+json (RFC 9457) into the matching refusal."""
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    message = problem.get("detail") or problem.get("title") or f"HTTP status {response.status_code}"
    if response.status_code >= 500:
        raise Unavailable(f"the server could not answer: {message}")
    if "findings" in problem:
        raise PackageInvalid(
            problem.get("package", "package"),
            [
                Finding(
                    path=finding["path"],
                    field=finding.get("field"),
                    message=finding["message"],
                    line=finding.get("line"),
                )
                for finding in problem["findings"]
            ],
        )
    if response.status_code == 404:
        raise NotFound(message)
    if field := problem.get("field"):
        raise InvalidInput(f"{field}: {message}", field=field)
    raise ServerRefusal(message)
