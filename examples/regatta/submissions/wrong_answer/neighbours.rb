# Lets a boat pass only the one that left just before it.
n, speed = gets.split.map(&:to_i)
toasts = 0
(n - 1).times do
  faster = speed * 48_271 % 2_147_483_647
  toasts += 1 if speed < faster
  speed = faster
end
puts toasts
