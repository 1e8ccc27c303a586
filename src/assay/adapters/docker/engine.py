"""The few calls of the Engine API that are needed, over its unix socket.

Ordinary calls go through httpx. `attach` turns its connection into a raw two-way stream, whose halves end
separately; HTTP clients hide that, so it is a dozen lines on asyncio's streams.
"""

import asyncio
from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

import httpx

from assay.adapters.docker.errors import (
    EngineRefused,
    EngineTooOld,
    EngineUnavailable,
    FeatureMissing,
    ImageMissing,
    RuntimeUnknown,
)

API_VERSION = (1, 41)  # of Docker 20.10: cgroup namespaces, cgroup v2
CALL_SECONDS = 60.0  # an engine on a busy machine takes seconds to start a container; past this it hangs
_BASE_URL = "http://engine"  # for the Host header; the connection goes to the socket


class Engine:
    """An engine that was reached once. `version` and `kernel` are what it says of itself."""

    def __init__(self, socket_path: Path, client: httpx.AsyncClient, version: Mapping[str, Any]) -> None:
        self._socket_path = socket_path
        self._client = client
        self.version = str(version.get("Version", "unknown"))
        self.kernel = str(version.get("KernelVersion", "unknown"))
        major, minor = max(_api_version(version, "MinAPIVersion"), API_VERSION)
        self._api = f"{major}.{minor}"

    @classmethod
    async def connect(cls, socket_path: Path) -> "Engine":
        """Raises EngineUnavailable, EngineTooOld."""
        client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(socket_path)),
            base_url=_BASE_URL,
            limits=httpx.Limits(max_connections=None),  # one waits for each container's end
        )
        try:
            answer = await client.get("/version")
            return cls(socket_path, client, _checked_version(socket_path, answer.json()))
        except (httpx.HTTPError, ValueError) as error:
            await client.aclose()
            raise _unavailable(socket_path, error) from error
        except BaseException:
            await client.aclose()
            raise

    async def close(self) -> None:
        await self._client.aclose()

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        seconds: float | None = CALL_SECONDS,
    ) -> Any:
        """One call; its answer's JSON, or None. Raises SandboxError subclasses of errors.py."""
        url = f"/v{self._api}{path}"
        try:
            answer = await self._client.request(method, url, json=body, timeout=seconds)
        except httpx.HTTPError as error:
            raise _unavailable(self._socket_path, error) from error
        if answer.status_code >= 400:
            raise _refusal(method, path, answer.status_code, _words(answer))
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            raise EngineRefused(f"{method} {path}: the engine's answer is no JSON") from error

    async def create(self, body: Mapping[str, Any]) -> str:
        """Make a container; its id. Raises FeatureMissing when a limit would have been dropped."""
        made = await self.call("POST", "/containers/create", body)
        if not isinstance(made, dict) or not isinstance(made.get("Id"), str):
            raise EngineRefused("the engine's answer names no container")
        container: str = made["Id"]
        if made.get("Warnings"):
            await self.remove(container)
            raise FeatureMissing(
                f"the engine would run without a limit that was asked for: {'; '.join(made['Warnings'])}. "
                "The kernel must have the cgroup controllers memory (with swap accounting), pids and cpuset, "
                "and blkio throttling for a limit on I/O"
            )
        return container

    async def start(self, container: str) -> None:
        await self.call("POST", f"/containers/{container}/start")

    async def inspect(self, container: str) -> dict[str, Any]:
        found = await self.call("GET", f"/containers/{container}/json")
        if not isinstance(found, dict):
            raise EngineRefused("the engine's answer is not a container's description")
        return found

    async def signal(self, container: str, name: str) -> None:
        """Send a signal to pid 1. One that has ended is no error."""
        try:
            await self.call("POST", f"/containers/{container}/kill?signal={name}")
        except EngineRefused as error:
            if error.status not in (404, 409):
                raise

    async def remove(self, container: str) -> None:
        """Kill it, remove it and its volumes. Returns when it is dead; one that is gone is no error."""
        try:
            await self.call("DELETE", f"/containers/{container}?force=1&v=1")
        except EngineRefused as error:
            if error.status == 409:  # it removes itself at this moment: wait for that
                await self._gone(container)
            elif error.status != 404:
                raise

    async def wait(self, container: str) -> None:
        """Until it has ended; one that is gone has."""
        try:
            await self.call("POST", f"/containers/{container}/wait", seconds=None)
        except EngineRefused as error:
            if error.status != 404:
                raise

    async def _gone(self, container: str) -> None:
        try:
            await self.call("POST", f"/containers/{container}/wait?condition=removed")
        except EngineRefused as error:
            if error.status != 404:
                raise

    async def attach(self, container: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Its standard input, and both outputs in frames (see frames.py). Before it is started, so that
        nothing is missed."""
        path = f"/v{self._api}/containers/{container}/attach?stream=1&stdin=1&stdout=1&stderr=1"
        head = f"POST {path} HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket_path)
        except OSError as error:
            raise _unavailable(self._socket_path, error) from error
        try:
            writer.write(head.encode())
            async with asyncio.timeout(CALL_SECONDS):
                answer = await reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            writer.transport.abort()
            raise _unavailable(self._socket_path, error) from error
        except BaseException:
            writer.transport.abort()
            raise
        status = answer.split(b"\r\n", 1)[0].decode("ascii", "replace")
        if " 101 " not in status:
            writer.transport.abort()
            raise EngineRefused(f"attach: the engine answered {status!r} instead of opening a stream")
        return reader, writer


def _checked_version(socket_path: Path, version: Any) -> Mapping[str, Any]:
    if not isinstance(version, dict) or "ApiVersion" not in version:
        raise EngineUnavailable(f"what answers on {socket_path} is no Docker engine")
    if _api_version(version, "ApiVersion") < API_VERSION:
        raise EngineTooOld(
            f"the engine on {socket_path} speaks API {version['ApiVersion']}; 1.41 is needed: "
            "Docker 20.10 or later"
        )
    return version


def _api_version(version: Mapping[str, Any], name: str) -> tuple[int, int]:
    try:
        major, minor = str(version.get(name, "0.0")).split(".")
        return int(major), int(minor)
    except ValueError:
        return 0, 0


def _unavailable(socket_path: Path, error: Exception) -> EngineUnavailable:
    cause = error.__cause__ or error.__context__ or error
    words = (cause.strerror if isinstance(cause, OSError) else None) or str(error) or type(error).__name__
    return EngineUnavailable(
        f"no Docker engine answers on {socket_path}: {words}. Start it, name its socket in "
        "ASSAY_DOCKER_HOST, and let the server's user reach it"
    )


def _words(answer: httpx.Response) -> str:
    try:
        return str(json.loads(answer.content)["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:500]


def _refusal(method: str, path: str, status: int, words: str) -> EngineRefused:
    lower = words.lower()
    place = f"{method} {path.partition('?')[0]}"
    if status == 404 and "no such image" in lower:
        return ImageMissing(f"{words}. Pull or import it, or name another in ASSAY_DOCKER_IMAGE", status)
    if "runtime" in lower and ("unknown" in lower or "invalid" in lower):
        return RuntimeUnknown(
            f"{words}. Add it to the engine's daemon.json, or change ASSAY_DOCKER_RUNTIME", status
        )
    return EngineRefused(f"{place}: {words or f'HTTP status {status}'}", status)
