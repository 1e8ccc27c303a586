# Takes the number of lanterns for a lantern.
import sys

print(sum(map(int, sys.stdin.read().split())))
