"""The total length is convex in the pump's place, so that a ternary search finds its minimum."""

from math import hypot


def main() -> None:
    houses = [tuple(map(int, input().split())) for _ in range(int(input()))]

    def pipe_m(place: float) -> float:
        return sum(hypot(x - place, y) for x, y in houses)

    west, east = -10_000.0, 10_000.0
    for _ in range(80):
        third = (east - west) / 3
        if pipe_m(west + third) < pipe_m(east - third):
            east -= third
        else:
            west += third
    print(f"{pipe_m((west + east) / 2):.9f}")


main()
