# Believes that the alphabet has 26 letters: UnicodeDecodeError.
import sys

lines = sys.stdin.buffer.read().decode("ascii").split("\n")
for name in lines[1:-1]:
    print(name[::-1])
