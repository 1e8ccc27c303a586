"""Charts as numbers: where columns, points, curves and ticks are, in the units of an SVG's view box. Pure.

(0,0) ─────────────── WIDTH
  │ LEFT ┌──────────┐
  │      │   plot   │        values grow upwards, to the top of the plot
  │      └──────────┘ BOTTOM
HEIGHT
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import math

WIDTH, HEIGHT = 720.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 76.0, 16.0, 18.0, 46.0
_STEPS = (1, 2, 5, 10)
_TICKS = 4  # about so many lines across a chart can be read
_COLUMN_MAX = 44.0  # of a single test, which else would be as wide as the page
_CURVE_POINTS = 60
_DECADES_SPARSE = 2  # past so many powers of ten only these are named
_CHARACTER = 7.0  # the width of one of a label, about
_RATIO_MIN = 8.0  # an axis goes over so much at the least: what differs by a tenth shall look alike


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line across, or a mark on the axis below, and its label."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    label: str
    title: str
    has_failed: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What a column stands for. `title` says all of it in words. Without room for each label columns are
    numbered."""

    label: str
    value: float
    title: str
    has_failed: bool


@dataclass(frozen=True, kw_only=True)
class ColumnChart:
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, kw_only=True)
class Point:
    x: float
    y: float
    title: str


@dataclass(frozen=True, kw_only=True)
class CurveChart:
    """Measured points, and the curve through them as the `points` of an SVG polyline ("" for none)."""

    points: tuple[Point, ...]
    curve: str
    ticks_across: tuple[Tick, ...]
    ticks_below: tuple[Tick, ...]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A point of a curve chart, and what it is in words."""

    size: float
    value: float
    title: str


def column_chart(bars: Sequence[Bar], *, label: Callable[[float], str]) -> ColumnChart:
    """One column a bar, from 0; `label` writes a value."""
    top = max((bar.value for bar in bars), default=0.0) or 1.0
    step = _step(top)
    highest = step * math.ceil(top / step - 1e-9)
    place = (WIDTH - LEFT - RIGHT) / max(len(bars), 1)
    width = min(_COLUMN_MAX, place * 0.7)

    def y_of(value: float) -> float:
        return _rounded(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / highest)

    has_room = all(len(bar.label) * _CHARACTER <= place for bar in bars)
    every = math.ceil(max(1.0, 3 * _CHARACTER / place))  # of many numbers only some have room

    def label_of(number: int, bar: Bar) -> str:
        if has_room:
            return bar.label
        return str(number + 1) if number % every == 0 else ""

    columns = tuple(
        Column(
            x=_rounded(LEFT + place * number + (place - width) / 2),
            y=y_of(bar.value),
            width=_rounded(width),
            height=_rounded(HEIGHT - BOTTOM - y_of(bar.value)),
            label=label_of(number, bar),
            title=bar.title,
            has_failed=bar.has_failed,
        )
        for number, bar in enumerate(bars)
    )
    count = round(highest / step)
    ticks = tuple(Tick(at=y_of(step * number), label=label(step * number)) for number in range(count + 1))
    return ColumnChart(columns=columns, ticks=ticks)


def curve_chart(
    points: Sequence[Measured],
    curve: Callable[[float], float] | None,
    *,
    label_size: Callable[[float], str],
    label_value: Callable[[float], str],
) -> CurveChart | None:
    """Both axes by powers of ten, on which a power of n is a straight line. None where nothing is above 0."""
    shown = [point for point in points if point.size > 0 and point.value > 0]
    if not shown:
        return None
    sizes = _Scale.over([point.size for point in shown], low=LEFT, high=WIDTH - RIGHT)
    on_curve = _samples(curve, sizes.first, sizes.last) if curve is not None else []
    values = _Scale.over(
        [point.value for point in shown] + [value for _, value in on_curve], low=HEIGHT - BOTTOM, high=TOP
    )
    return CurveChart(
        points=tuple(
            Point(x=sizes.place(point.size), y=values.place(point.value), title=point.title)
            for point in shown
        ),
        curve=" ".join(f"{sizes.place(size):g},{values.place(value):g}" for size, value in on_curve),
        ticks_across=tuple(Tick(at=values.place(each), label=label_value(each)) for each in values.ticks()),
        ticks_below=tuple(Tick(at=sizes.place(each), label=label_size(each)) for each in sizes.ticks()),
    )


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """A logarithmic axis from `first` to `last`, which are at `low` and `high` in the picture."""

    first: float
    last: float
    low: float
    high: float

    @classmethod
    def over(cls, values: Sequence[float], *, low: float, high: float) -> "_Scale":
        """With some room on both sides."""
        first, last = min(values), max(values)
        room = max((last / first) ** 0.05, math.sqrt(max(1.0, _RATIO_MIN * first / last)))
        return cls(first=first / room, last=last * room, low=low, high=high)

    def place(self, value: float) -> float:
        share = math.log(value / self.first) / math.log(self.last / self.first)
        return _rounded(self.low + (self.high - self.low) * share)

    def ticks(self) -> list[float]:
        decades = range(math.floor(math.log10(self.first)), math.ceil(math.log10(self.last)) + 1)
        is_sparse = math.log10(self.last / self.first) > _DECADES_SPARSE
        candidates = [
            step * 10.0**decade for decade in decades for step in ((1,) if is_sparse else (1, 2, 5))
        ]
        return [each for each in candidates if self.first <= each <= self.last]


def _samples(curve: Callable[[float], float], first: float, last: float) -> list[tuple[float, float]]:
    """Points of the curve at equal distances on the axis of sizes, those above 0."""
    ratio = last / first
    sizes = [first * ratio ** (number / _CURVE_POINTS) for number in range(_CURVE_POINTS + 1)]
    return [(size, value) for size in sizes if (value := curve(size)) > 0]


def _step(top: float) -> float:
    """The distance of ticks: 1, 2 or 5 times a power of ten."""
    rough = top / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def _rounded(value: float) -> float:
    """To hundredths of a unit: nobody sees less, and the page says the same on any machine."""
    return round(value, 2)
