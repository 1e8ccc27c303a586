from math import hypot


class Lane:
    def __init__(self, houses: list[tuple[int, int]]) -> None:
        self.houses = houses

    def pipe_m(self, place: float) -> float:
        """Length of all pipes, in metres, if the pump stands `place` metres east of the lane's middle."""
        return sum(hypot(x - place, y) for x, y in self.houses)
