"""`assay evidence key`: the public keys of the log, and another private key."""

import json
import os
from typing import Annotated, Any

import typer

from assay.cli.local import run_to_end
from assay.cli.options import DatabaseUrl, DataDir, Json
from assay.settings import Settings, read_settings


def key(
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Have a new key sign from now on; the old one is destroyed.")
    ] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Print the public keys that evidence is verified with, in PEM: put them where people can find them.

    The first ones signed in the past, the last one signs now. The private key is made when it is first
    needed, in the data folder, where its owner alone may read it; it is never shown, and no backup has it.
    """
    from assay.assessments.evidence.signing import public_to_pem
    from assay.cli.house import settle_in

    settings = read_settings(os.environ, data_dir=data_dir, database_url=database_url)
    settle_in(settings, readable=[], keeps_data=True)
    current, known = run_to_end(_keys(settings, rotate=rotate))
    described = [
        {"key_id": each, "public_key": public_to_pem(raw).decode(), "current": each == current}
        for each, raw in known.items()
    ]
    if as_json:
        print(json.dumps({"keys": described}))
        return
    for each in described:
        print(_block(each), end="")


def _block(described: dict[str, Any]) -> str:
    said = "signs now" if described["current"] else "signed in the past"
    return f"# {described['key_id']}: {said}\n{described['public_key']}"


async def _keys(settings: Settings, *, rotate: bool) -> tuple[str, dict[str, bytes]]:
    """The id of the key that signs here now, and all public keys, it the last."""
    from assay.assessments.evidence.sealing import hand_over
    from assay.assessments.evidence.signing import new_signer
    from assay.wiring.evidence import open_registry

    async with open_registry(settings) as registry:
        if rotate:
            successor = new_signer()
            await hand_over(registry.desk(), successor)
            registry.key.replace(successor)
        signer = registry.key.signer()
        known = dict(await registry.log.keys())
        known.pop(signer.key_id, None)
        return signer.key_id, {**known, signer.key_id: signer.public_key}
