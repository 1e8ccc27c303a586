"""The Redis of events and of results, as 'assay doctor' sees it."""

from collections.abc import Iterator

from assay.cli.checks import Check
from assay.settings import Settings
from assay.wiring.redis import trouble_with_redis

NAMES = {"ASSAY_EVENTS_URL": "events", "ASSAY_CACHE_URL": "cache"}


def check_redis(settings: Settings) -> Iterator[Check]:
    """Whether it can be reached, takes our password and does what it is there for. Nothing if none is set."""
    if settings.events_url in ("memory:", "postgresql:") and settings.cache_url == "memory:":
        return  # its libraries are not needed
    for setting, (found, trouble) in trouble_with_redis(settings).items():
        if trouble is None:
            yield Check(name=NAMES[setting], ok=True, found=found, remedy="")
        else:
            remedy = f"start that Redis, or correct {setting} (docs/how-to/several-hosts.md)"
            if "maxmemory" in trouble:
                remedy = "let that Redis forget what is old: maxmemory-policy allkeys-lru"
            elif any(word in trouble for word in ("password", "Authentication", "NOPERM", "permission")):
                remedy = f"the user and password belong into {setting}: redis://user:password@host:6379"
            yield Check(name=NAMES[setting], ok=False, found=trouble, remedy=remedy)
