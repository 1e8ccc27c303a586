# Recursion with a memory: elegant, and too deep for a large shelf (RecursionError).
from functools import lru_cache

h, w = map(int, input().split())
a, b, p, t = map(int, input().split())


@lru_cache(maxsize=None)
def ways(r, c):
    if r < 0 or c < 0:
        return 0
    if (r, c) == (0, 0):
        return 1
    if (a * r + b * c + r * c) % p < t and (r, c) != (h - 1, w - 1):
        return 0
    return (ways(r - 1, c) + ways(r, c - 1)) % 1_000_000_007


print(ways(h - 1, w - 1))
