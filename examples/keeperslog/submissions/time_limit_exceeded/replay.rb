# Counts how often each shutter has been moved since nightfall, for every line of the log.
n = gets.to_i
(1...(1 << n)).each do |last|
  moves = (1..last).map { |step| (step & -step).bit_length }
  puts "#{moves.last} #{moves.tally.values.count(&:odd?)}"
end
