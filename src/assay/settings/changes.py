"""Which settings may change while a process runs, and what became of those that did. Pure."""

from dataclasses import dataclass, fields, replace

from assay.settings.model import Settings

IN_OPERATION = {
    "log_level": "ASSAY_LOG_LEVEL",
    "slots": "ASSAY_SLOTS",
    "lease_seconds": "ASSAY_LEASE_SECONDS",
    "heartbeat_seconds": "ASSAY_HEARTBEAT_SECONDS",
    "practice_depth_max": "ASSAY_PRACTICE_DEPTH_MAX",
    "practice_age_seconds_max": "ASSAY_PRACTICE_AGE_SECONDS_MAX",
    "read_lag_seconds_max": "ASSAY_READ_LAG_SECONDS_MAX",
    "operator_token": "ASSAY_OPERATOR_TOKEN",
}
"""By their fields. All others are looked at once, by what is opened or made at the start."""

_NO_SETTINGS = frozenset({"environment", "settings_file", "said_in_file"})  # how the others were said
_NAMES = {"cell_binary": "ASSAY_CELL", "warm_root": "ASSAY_WARM", "crash_plan": "ASSAY_CRASH_POINT"}
_PARTS = {"s3": "AWS_ACCESS_KEY_ID and what goes with it", "docker": "ASSAY_SANDBOX and what goes with it"}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """`settings` is what holds from now on. `taken` have changed; `waiting` will at the next start."""

    settings: Settings
    taken: tuple[str, ...]
    waiting: tuple[str, ...]


def changes(now: Settings, wanted: Settings) -> Changes:
    """What of `wanted` can be had without a start, given what holds now."""
    # The sandbox has room for so many, since its start; that there could be less is no news.
    reachable = replace(wanted, slots=min(wanted.slots, now.slots_max))
    wanted = replace(wanted, slots_max=max(wanted.slots_max, now.slots_max))
    taken = [field for field in IN_OPERATION if getattr(now, field) != getattr(reachable, field)]
    waiting = [
        _PARTS.get(each.name) or _name_of(each.name)
        for each in fields(Settings)
        if each.name not in IN_OPERATION
        and each.name not in _NO_SETTINGS
        and getattr(now, each.name) != getattr(wanted, each.name)
    ]
    return Changes(
        settings=replace(
            now,
            said_in_file=wanted.said_in_file,
            **{field: getattr(reachable, field) for field in IN_OPERATION},
        ),
        taken=tuple(IN_OPERATION[field] for field in taken),
        waiting=tuple(waiting),
    )


def _name_of(field: str) -> str:
    return _NAMES.get(field, f"ASSAY_{field.upper()}")
