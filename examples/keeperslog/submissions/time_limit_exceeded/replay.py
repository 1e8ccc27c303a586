# Begins the night anew for every line of the log: 4 ** 18 / 2 steps.
n = int(input())
for last in range(1, 1 << n):
    is_open = [False] * (n + 1)
    for step in range(1, last + 1):
        shutter = 1 if step % 2 else is_open.index(True, 1) + 1
        is_open[shutter] = not is_open[shutter]
    print(shutter, sum(is_open))
