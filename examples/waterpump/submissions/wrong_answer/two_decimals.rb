# The right idea, rounded to whole centimetres: the error is too large when the answer is small.
houses = Array.new(gets.to_i) { gets.split.map(&:to_i) }
pipe_m = ->(place) { houses.sum { |x, y| Math.hypot(x - place, y) } }
west, east = -10_000.0, 10_000.0
80.times do
  third = (east - west) / 3
  pipe_m.(west + third) < pipe_m.(east - third) ? east -= third : west += third
end
puts format('%.2f', pipe_m.(west))
