"""Charts: columns stand on the axis, ticks are round numbers, a power of n is a straight line."""

import pytest

from assay.assessments.report.drawing import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Bar,
    Measured,
    column_chart,
    curve_chart,
)


def bars(*values: float, label: str = "1") -> list[Bar]:
    return [Bar(label=label, value=value, title=f"{value}", has_failed=False) for value in values]


def label(value: float) -> str:
    return f"{value:g}"


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (7.0, ["0", "2", "4", "6", "8"]),
        (80.0, ["0", "20", "40", "60", "80"]),
        (0.3, ["0", "0.1", "0.2", "0.3"]),
        (1.0, ["0", "0.5", "1"]),
        (123_456.0, ["0", "50000", "100000", "150000"]),
        (0.0, ["0", "0.5", "1"]),
    ],
)
def test_ticks_are_round_and_reach_over_the_largest(largest: float, ticks: list[str]) -> None:
    chart = column_chart(bars(0.0, largest), label=lambda value: f"{round(value, 9):g}")
    assert [tick.label for tick in chart.ticks] == ticks
    assert chart.ticks[-1].at <= chart.columns[1].y


def test_columns_stand_on_the_axis_inside_the_plot() -> None:
    chart = column_chart(bars(*range(50)), label=label)
    assert all(each.y + each.height == pytest.approx(HEIGHT - BOTTOM) for each in chart.columns)
    assert all(each.x >= LEFT and each.x + each.width <= WIDTH - RIGHT for each in chart.columns)
    assert all(each.y >= TOP for each in chart.columns)
    assert chart.columns[0].height == 0
    assert all(a.x + a.width < b.x for a, b in zip(chart.columns, chart.columns[1:], strict=False))


def test_without_room_for_names_there_are_numbers() -> None:
    named = column_chart(bars(1, 2, 3, label="01-small"), label=label)
    assert {each.label for each in named.columns} == {"01-small"}
    numbered = column_chart(bars(*range(40), label="01-small"), label=label)
    assert [each.label for each in numbered.columns][:3] == ["1", "", "3"]


def test_a_power_of_n_is_a_straight_line() -> None:
    points = [Measured(size=10.0**n, value=10.0 ** (2 * n), title="") for n in range(1, 5)]
    chart = curve_chart(points, lambda n: n * n, label_size=label, label_value=label)
    assert chart is not None
    steps = [(b.x - a.x, b.y - a.y) for a, b in zip(chart.points, chart.points[1:], strict=False)]
    assert all(step == pytest.approx(steps[0], abs=0.03) for step in steps)
    assert [tick.label for tick in chart.ticks_below] == ["10", "100", "1000", "10000"]
    on_curve = [tuple(map(float, pair.split(","))) for pair in chart.curve.split()]
    assert all(LEFT <= x <= WIDTH - RIGHT + 0.01 and TOP - 0.01 <= y <= HEIGHT - BOTTOM for x, y in on_curve)


def test_costs_that_hardly_differ_look_alike() -> None:
    points = [Measured(size=10.0**n, value=70 + n, title="") for n in range(4)]
    chart = curve_chart(points, None, label_size=label, label_value=label)
    assert chart is not None
    assert max(point.y for point in chart.points) - min(point.y for point in chart.points) < 10
    assert chart.curve == ""
    assert chart.ticks_across


def test_one_point_is_a_chart_and_none_is_not() -> None:
    one = [Measured(size=5, value=5, title="")]
    assert curve_chart(one, None, label_size=label, label_value=label) is not None
    assert curve_chart([], None, label_size=label, label_value=label) is None
    nothing = [Measured(size=5, value=0, title="")]
    assert curve_chart(nothing, None, label_size=label, label_value=label) is None
