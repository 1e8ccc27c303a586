"""Settings that change while a server runs: SIGHUP has it read the file of its settings again.

    operator's file ──SIGHUP──▶ server: is it right? ──no──▶ says why; all goes on as before
                                  │ yes
                                  ├──▶ its own parts
                                  └──▶ DATA_DIR/run/settings ◀── once a second ── worker

The worker reads a copy, which only ever holds what the server found right: so one that is started again after
it died starts, whatever the operator's file says by then.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import os
from pathlib import Path
import signal

import structlog

from assay.errors import UsageError
from assay.settings import Settings
from assay.settings.changes import Changes, changes
from assay.settings.file import SETTING, settings_file

LOOK_SECONDS = 1.0

Read = Callable[[], Settings]
"""Reads flags, environment and file as at the start. Raises `UsageError`."""

Apply = Callable[[Settings], None]

log = structlog.get_logger()


class Reloading:
    """The server's. Of one event loop. `appliers` take what has changed."""

    def __init__(self, settings: Settings, read: Read) -> None:
        self._settings = settings
        self._read = read
        self._file = settings.settings_file
        self.appliers: list[Apply] = []

    def listen(self) -> None:
        """From now on SIGHUP reads the file again. Without a file it ends the process, as it always did."""
        if self._file is not None:
            self._copy(self._settings)
            if not os.access(self._file, os.R_OK):
                log.warning("settings_cannot_be_reloaded", file=str(self._file), user=os.geteuid())
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reload)

    def reload(self) -> None:
        """Take what the file says now, if all of it is right."""
        try:
            found = changes(self._settings, self._read())
        except UsageError as error:
            log.error("settings_not_reloaded", detail=error.message)  # noqa: TRY400 - no bug of ours
            return
        try:
            self._copy(found.settings)
        except OSError as error:  # the worker would go on by others than we do
            place = self._settings.data_dir / "run"
            log.error(  # noqa: TRY400 - no bug of ours
                "settings_not_reloaded", detail=f"no copy for the worker in {place}: {error.strerror}"
            )
            return
        self._settings = found.settings
        for apply in self.appliers:
            apply(found.settings)
        say(found)

    def _copy(self, settings: Settings) -> None:
        """Put what we have read in the place of the worker's last copy, whole."""
        place = settings.data_dir / "run" / "settings"
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = place.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as copy:
            copy.writelines(f'{name}="{value}"\n' for name, value in settings.said_in_file.items())
        new.replace(place)
        os.environ[SETTING] = str(place)


def say(found: Changes) -> None:
    log.info("settings_reloaded", changed=list(found.taken))
    if found.waiting:
        log.warning("settings_need_a_restart", settings=list(found.waiting))


async def follow_copy(settings: Settings, read: Read, apply: Apply) -> None:
    """The worker's: take what the copy says whenever there is another, until cancelled."""
    path = settings_file(settings.environment)
    if path is None:
        return
    seen = _state(path)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if (state := _state(path)) == seen:
            continue
        seen = state
        try:
            found = changes(settings, read())
        except UsageError as error:
            log.error("settings_not_reloaded", detail=error.message)  # noqa: TRY400 - no bug of ours
            continue
        settings = found.settings
        apply(settings)
        log.info("settings_reloaded", changed=list(found.taken))


def _state(path: Path) -> tuple[int, int] | None:
    """Changes with the file."""
    with suppress(OSError):
        status = path.stat()
        return status.st_ino, status.st_mtime_ns
    return None
