"""What 'assay doctor' asks when a Docker engine is the sandbox: does it work, and what is in its image."""

import asyncio
from collections.abc import Iterator

from assay.cli.checks import Check
from assay.domain.language import Language
from assay.errors import AssayError
from assay.judging.version_inside import version_inside
from assay.languages import load_catalogue
from assay.sandbox import SandboxError
from assay.settings import Settings
from assay.wiring.places import open_docker


def check_docker(settings: Settings) -> Iterator[Check]:
    """The engine, by making a container as judging does; then each toolchain, inside the image."""
    yield from asyncio.run(_check(settings))


async def _check(settings: Settings) -> list[Check]:
    checks: list[Check] = []
    try:
        async with open_docker(settings) as sandbox:
            checks.append(Check(name="docker", ok=True, found=sandbox.description, remedy=""))
            for language in load_catalogue().all():
                try:
                    checks.append(_in_image(language, await version_inside(sandbox, language)))
                except (AssayError, SandboxError) as error:
                    checks.append(_missing(language, str(error)))
    except AssayError as error:
        remedy = "docs/how-to/docker-sandbox.md; or unset ASSAY_SANDBOX, and the cell runs programs"
        checks.append(Check(name="docker", ok=False, found=error.message, remedy=remedy))
    return checks


def _in_image(language: Language, version: str) -> Check:
    return Check(name=f"toolchain_{language.id}", ok=True, found=f"{version} (in the image)", remedy="")


def _missing(language: Language, found: str) -> Check:
    remedy = f"put {' '.join(language.apt_packages) or language.name} into the image"
    return Check(name=f"toolchain_{language.id}", ok=not language.is_core, found=found, remedy=remedy)
