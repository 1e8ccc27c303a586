"""`assay doctor`: can this machine judge? For each thing that is missing, what brings it.

With `--attack` it is the sandbox that is examined: attack.py.
"""

from collections.abc import Iterator, Mapping
import json
import os
from pathlib import Path
import shutil
import subprocess
from typing import Annotated, Any

from rich.console import Console
from rich.text import Text
import typer

from assay.cli.attack import attack
from assay.cli.checks import Check
from assay.cli.doctor_bucket import check_bucket
from assay.cli.doctor_database import check_database, check_replica
from assay.cli.doctor_docker import check_docker
from assay.cli.doctor_history import check_history
from assay.cli.doctor_queue import check_queue
from assay.cli.doctor_redis import check_redis
from assay.cli.local import EXIT_FAULT_OF_OURS, open_console
from assay.cli.options import DataDir, Json
from assay.cli.urls import with_urls
from assay.domain.language import Language
from assay.errors import Unavailable
from assay.languages import load_catalogue
from assay.languages.toolchain import how_to_install, is_available, version
from assay.languages.warm import is_intact, warm_folder
from assay.operate.privileges import Identity, choose_identity
from assay.settings import Settings, read_settings

CELL_CHECK_TIMEOUT_SECONDS = 60  # it makes one of each namespace; past this the kernel is stuck
FREE_BYTES_MIN = 1 << 30  # a day's submissions and a few problems; below, a full disk is near


@with_urls
def doctor(
    data_dir: DataDir = None,
    attack_sandbox: Annotated[
        bool, typer.Option("--attack", help="Attack the sandbox instead, as servers do at their start.")
    ] = False,
    as_json: Json = False,
    *,
    urls: Mapping[str, str],
) -> None:
    """Check that this machine can judge. Exits with 0 if it can, with 3 if something is missing.

    With --attack: run hostile programs in the sandbox. Exits with 1 if one got what it wanted. Needs root.
    """
    settings = read_settings(os.environ, data_dir=data_dir, urls=urls)
    if attack_sandbox:
        attack(settings, as_json=as_json)
        return
    checks = list(examine(settings))
    is_fit = all(check.ok for check in checks)
    if as_json:
        print(json.dumps({"ok": is_fit, "checks": [vars(check) for check in checks]}))
    else:
        _show(open_console(), checks)
    if not is_fit:
        raise typer.Exit(EXIT_FAULT_OF_OURS)


def examine(settings: Settings) -> Iterator[Check]:
    """Everything, in the order in which it is needed."""
    if settings.docker is None:
        yield from check_cell(settings.cell_binary)
    else:
        yield from check_docker(settings)
    identity: Identity | None = None
    try:
        identity = choose_identity(settings.environment, settings.user)
    except Unavailable as error:
        yield Check(
            name="user",
            ok=False,
            found=str(error),
            remedy="scripts/make-user, or name an ordinary user in ASSAY_USER",
        )
    else:
        yield Check(name="user", ok=True, found=f"{identity.name} (uid {identity.uid})", remedy="")
    yield check_data_dir(settings.data_dir, identity)
    yield from check_database(settings)
    yield from check_replica(settings)
    yield from check_history(settings)
    yield from check_bucket(settings)
    yield from check_redis(settings)
    yield from check_queue(settings)
    languages = load_catalogue().all() if settings.docker is None else ()
    missing = [each for each in languages if not each.is_core and not is_available(each)]
    if missing:
        yield Check(
            name="toolchains",
            ok=True,
            found=f"not installed: {' '.join(language.id for language in missing)}",
            remedy="make setup LANGUAGES=all, or LANGUAGES with some of these",
        )
    for language in languages:
        if language in missing:
            continue
        yield check_toolchain(language)
        if language.warm is not None and settings.warm_root is not None and is_available(language):
            yield check_warm(language, settings.warm_root)


def check_cell(binary: Path) -> list[Check]:
    """The sandbox program, and what it says of this machine ('cell check')."""
    if not os.access(binary, os.X_OK):
        return [
            Check(
                name="cell", ok=False, found=f"no program at {binary}", remedy="make setup, or set ASSAY_CELL"
            )
        ]
    try:
        done = subprocess.run(
            [binary, "check"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=CELL_CHECK_TIMEOUT_SECONDS,
            check=False,
        )
        found = json.loads(done.stdout)
        checks = [_from_cell(each) for each in found["checks"]]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        return [
            Check(
                name="cell",
                ok=False,
                found=f"{binary} check gives no answer: {error}",
                remedy="build it again: make -C cell clean all",
            )
        ]
    return [Check(name="cell", ok=True, found=str(binary), remedy=""), *checks]


def check_data_dir(data_dir: Path, identity: Identity | None) -> Check:
    """The data folder, or where it will be made: whose it is, and how much room there is."""

    def failed(found: str, remedy: str) -> Check:
        return Check(name="data_dir", ok=False, found=found, remedy=remedy)

    place = next(path for path in (data_dir, *data_dir.parents) if _can_be_seen(path))
    if not place.is_dir():
        return failed(f"{place} is not a folder", "name another folder with --data-dir or ASSAY_DATA_DIR")
    owner = place.stat().st_uid
    if place == data_dir and identity is not None and owner != identity.uid:
        return failed(f"{data_dir} belongs to uid {owner}", f"chown -R {identity.name} {data_dir}")
    if place != data_dir and not os.access(place, os.W_OK | os.X_OK, effective_ids=True):
        return failed(
            f"{data_dir} cannot be made in {place}", "run with sudo, or name another folder with --data-dir"
        )
    free_bytes = shutil.disk_usage(place).free
    words = f"{data_dir}{'' if place == data_dir else ' (made at first use)'}, {free_bytes >> 30} GiB free"
    if free_bytes < FREE_BYTES_MIN:
        return failed(words, f"make room: at least {FREE_BYTES_MIN >> 30} GiB")
    return Check(name="data_dir", ok=True, found=words, remedy="")


def check_toolchain(language: Language) -> Check:
    """Whether a language's toolchain is there and answers."""
    name, remedy = f"toolchain_{language.id}", how_to_install(language)
    if not is_available(language):
        return Check(
            name=name,
            ok=False,
            found=f"{language.name} is not installed",
            remedy=remedy,
        )
    try:
        return Check(name=name, ok=True, found=version(language), remedy="")
    except Unavailable as error:
        return Check(
            name=name,
            ok=False,
            found=str(error),
            remedy=remedy.replace("apt-get install", "apt-get install --reinstall"),
        )


def check_warm(language: Language, root: Path) -> Check:
    """Whether what a toolchain starts faster with is there and intact. Without it, it just starts slower."""
    folder, name = warm_folder(language, root), f"warm_{language.id}"
    if folder is not None and is_intact(folder):
        return Check(name=name, ok=True, found=str(folder), remedy="")
    found = f"{folder}: not made for this toolchain, or damaged; compiling {language.name} is slower"
    return Check(name=name, ok=True, found=found, remedy="sudo assay warm, then start the server again")


def _can_be_seen(path: Path) -> bool:
    try:
        path.stat()
    except OSError:  # not there, or in a folder that we may not enter
        return False
    return True


def _from_cell(found: dict[str, Any]) -> Check:
    return Check(
        name=str(found["name"]),
        ok=found["ok"] is True,
        found=str(found["found"]),
        remedy=str(found["remedy"]),
    )


def _show(console: Console, checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark, style = ("ok  ", "green") if check.ok else ("MISS", "bold red")
        if check.ok and check.remedy:
            mark, style = "note", "yellow"
        console.print(Text.assemble((mark, style), f"  {check.name:<{width}}  {check.found}"), soft_wrap=True)
        if check.remedy:
            console.print(Text(f"      {'':<{width}}  remedy: {check.remedy}"), soft_wrap=True)
    missing = sum(not check.ok for check in checks)
    console.print("this machine can judge" if missing == 0 else f"{missing} things are missing")
