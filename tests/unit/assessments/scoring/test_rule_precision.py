"""What ships of the rules' precision is what the labels of findings in real code come to."""

from assay.assessments.scoring import shipped_precision
from benchmarks.scoring import count_precision


def test_what_ships_of_the_rules_precision_is_what_was_counted() -> None:
    assert count_precision.FILE.read_text() == count_precision.text(), (
        "the labels have changed: python -m benchmarks.scoring count_precision"
    )
    assert {rule: vars(each) for rule, each in shipped_precision().items()} == count_precision.counted()
