$stdin.set_encoding('UTF-8')
gets.to_i.times { puts gets.chomp.reverse }
