"""Packages with scores, for tests."""

from types import MappingProxyType

from tests.unit.problems.packages import LEGACY, STANDARD, Files, yaml_with


def pairs(*names: str) -> dict[str, str]:
    """Pairs of an input and an answer."""
    return {f"data/{name}.{ending}": "1\n" for name in names for ending in ("in", "ans")}


_NO_SECRET: Files = {"data/secret/01.in": None, "data/secret/01.ans": None}

# sample/1, and two groups: g1 (two tests, all or nothing, 40 points) and g2 (three tests, a share each, 60).
SCORED: Files = MappingProxyType(
    {
        **STANDARD,
        **_NO_SECRET,
        **yaml_with(STANDARD, "type: scoring"),
        **pairs("secret/g1/1", "secret/g1/2", "secret/g2/1", "secret/g2/2", "secret/g2/x/3"),
        "data/secret/g1/test_group.yaml": "max_score: 40\n",
        "data/secret/g2/test_group.yaml": "max_score: 60\nscore_aggregation: sum\n",
    }
)

# The same in the legacy dialect, with each group's smallest score.
LEGACY_SCORED: Files = MappingProxyType(
    {
        **LEGACY,
        **_NO_SECRET,
        **yaml_with(LEGACY, "type: scoring"),
        **pairs("secret/g1/1", "secret/g1/2", "secret/g2/1"),
        "data/testdata.yaml": "on_reject: continue\nrange: 0 100\ngrader_flags: ignore_sample\n",
        "data/secret/testdata.yaml": "grader_flags: always_accept\n",
        "data/secret/g1/testdata.yaml": (
            "on_reject: break\naccept_score: 40\nrange: 0 40\ngrader_flags: min\n"
        ),
        "data/secret/g2/testdata.yaml": "on_reject: break\naccept_score: 60\nreject_score: 5\n",
    }
)
