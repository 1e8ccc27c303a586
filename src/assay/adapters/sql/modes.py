"""How much of a submission is judged, as the schema spells it."""

LAZY = "lazy"
ALL_TESTS = "all-tests"


def mode_of(*, all_tests: bool) -> str:
    return ALL_TESTS if all_tests else LAZY
