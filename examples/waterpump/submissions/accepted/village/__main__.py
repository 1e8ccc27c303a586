"""A program of two modules: Python starts a folder at its __main__.py."""

from lane import Lane

lane = Lane([tuple(map(int, input().split())) for _ in range(int(input()))])
west, east = -10_000.0, 10_000.0
for _ in range(80):
    third = (east - west) / 3
    if lane.pipe_m(west + third) < lane.pipe_m(east - third):
        east -= third
    else:
        west += third
print(f"{lane.pipe_m(west):.7f}")
