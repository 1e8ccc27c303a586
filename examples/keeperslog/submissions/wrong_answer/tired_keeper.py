# Falls asleep before the last line of a long night.
steps = (1 << int(input())) - 1
log = []
pattern = 0
for step in range(1, steps + 1):
    moved = step & -step
    pattern ^= moved
    log.append(f"{moved.bit_length()} {pattern.bit_count()}")
print("\n".join(log[: 262_142]))
