"""What a server process does by its role, and where it refuses to."""

import pytest

from assay.cli.roles import Role
from assay.errors import UsageError
from assay.settings import read_settings
from assay.wiring.broker import check_broker


def test_each_part_of_the_whole_is_a_role_and_all_has_every_part() -> None:
    parts = {role: (role.has_doors, role.judges, role.relays) for role in Role}
    assert parts == {
        Role.ALL: (True, True, True),
        Role.API: (True, False, False),
        Role.WORKER: (False, True, False),
        Role.RELAY: (False, False, True),
    }


def test_a_relay_needs_a_broker() -> None:
    check_broker(read_settings({}), relays=False)
    with pytest.raises(UsageError, match="ASSAY_QUEUE_URL"):
        check_broker(read_settings({}), relays=True)
    check_broker(read_settings({"ASSAY_QUEUE_URL": "redis://h"}), relays=True)


@pytest.mark.parametrize("url", ["redis://h/x", "kafka://h?no=1", "kafka://:secret@h"])
def test_what_names_no_broker_is_refused_by_its_setting(url: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_QUEUE_URL") as refusal:
        check_broker(read_settings({"ASSAY_QUEUE_URL": url}), relays=False)
    assert "secret" not in refusal.value.message
