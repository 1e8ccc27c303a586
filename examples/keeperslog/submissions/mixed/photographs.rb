# @EXPECTED_RESULTS@: MEMORY-LIMIT
# Keeps a large photograph of each pattern: 4 KB each, 1 GB in a long night.
photographs = []
pattern = 0
(1...(1 << gets.to_i)).each do |step|
  moved = step & -step
  pattern ^= moved
  photographs << format('%018b', pattern) * 228
  puts "#{moved.bit_length} #{pattern.digits(2).sum}"
end
