# One list for the whole shelf. It is full of zeros, but it is there: 8 bytes for each square.
h, w = map(int, input().split())
a, b, p, t = map(int, input().split())
ways = [0] * (h * w)
ways[0] = 1
for square in range(1, h * w):
    r, c = divmod(square, w)
    if (a * r + b * c + r * c) % p >= t or square == h * w - 1:
        north = ways[square - w] if r > 0 else 0
        west = ways[square - 1] if c > 0 else 0
        ways[square] = (north + west) % 1_000_000_007
print(ways[-1])
