import sys


def main() -> None:
    lines = []
    pattern = 0
    for step in range(1, 1 << int(input())):
        moved = step & -step
        pattern ^= moved
        lines.append(f"{moved.bit_length()} {pattern.bit_count()}\n")
    sys.stdout.writelines(lines)


main()
