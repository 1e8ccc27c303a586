"""What the environment may say."""

import pytest

from assay.errors import UsageError
from assay.settings import read_settings


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", set()),
        ("judge.example", {"judge.example"}),
        (" Judge.Example , judge,", {"judge.example", "judge"}),
        ("*", {"*"}),
    ],
)
def test_allowed_hosts_are_names_between_commas(text: str, names: set[str]) -> None:
    assert read_settings({"ASSAY_ALLOWED_HOSTS": text}).allowed_hosts == names


@pytest.mark.parametrize(
    "text", ["judge.example:8700", "http://judge.example", "a b", "*.example", "judge..x"]
)
def test_what_is_no_name_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_ALLOWED_HOSTS"):
        read_settings({"ASSAY_ALLOWED_HOSTS": text})


@pytest.mark.parametrize(("text", "gate"), [("", True), ("on", True), ("off", False)])
def test_the_attack_gate_stands_unless_it_is_switched_off(text: str, gate: bool) -> None:
    assert read_settings({"ASSAY_ATTACK_GATE": text}).attack_gate is gate


@pytest.mark.parametrize("text", ["0", "no", "OFF", "false"])
def test_no_other_word_opens_the_attack_gate(text: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_ATTACK_GATE"):
        read_settings({"ASSAY_ATTACK_GATE": text})
