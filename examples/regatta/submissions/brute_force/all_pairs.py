n, speed = map(int, input().split())
slower_before = []
toasts = 0
for _ in range(n):
    toasts += sum(other < speed for other in slower_before)
    slower_before.append(speed)
    speed = speed * 48271 % 2147483647
print(toasts)
