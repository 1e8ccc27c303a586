"""`assay migrate`: bring the database to this release's schema, ahead of the servers that want it."""

from collections.abc import Mapping
import json
import os

from assay.cli.house import settle_in
from assay.cli.local import run_to_end
from assay.cli.options import DataDir, Json
from assay.cli.urls import with_urls
from assay.settings import read_settings
from assay.wiring.house import open_office
from assay.wiring.schema import newest_schema


@with_urls
def migrate(data_dir: DataDir = None, as_json: Json = False, *, urls: Mapping[str, str]) -> None:
    """Bring the database to this release's schema; make its partitions ahead. Once more does nothing.

    Servers and workers do the same when they start.
    """
    settings = read_settings(os.environ, data_dir=data_dir, urls=urls)
    settle_in(settings, readable=[], keeps_data=True)

    async def open_and_close() -> None:
        async with open_office(settings):
            pass

    run_to_end(open_and_close())
    print(
        json.dumps({"schema": newest_schema()}) if as_json else f"the database has schema {newest_schema()}"
    )
