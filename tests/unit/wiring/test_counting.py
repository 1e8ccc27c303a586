"""Who counts, and the reason where nobody does."""

import os

import pytest

from assay.adapters import bpf
from assay.adapters.bpf import CannotCount
from assay.assessments.tracing import NotCounting
from assay.settings import Settings, read_settings
from assay.wiring.counting import open_call_counter


def why(settings: Settings) -> str:
    counter = open_call_counter(settings)
    assert isinstance(counter, NotCounting)
    return counter.reason


def test_an_ordinary_user_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert why(read_settings({})) == "only root may have the kernel count"


def test_nobody_counts_in_an_engine() -> None:
    assert "Docker" in why(read_settings({"ASSAY_SANDBOX": "docker", "ASSAY_DOCKER_IMAGE": "assay"}))


def test_a_kernel_that_refuses_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def refuse(*, first_uid: int, count: int) -> None:
        asked.append((first_uid, count))
        raise CannotCount("the kernel does not")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(bpf, "BpfCallCounter", refuse)
    settings = read_settings({"ASSAY_FIRST_SLOT_UID": "64000"}, slots=2)
    assert why(settings) == "the kernel does not"
    assert asked == [(64000, 11)], "five for each seat, and a spare one: `CellConfig` has as many"
