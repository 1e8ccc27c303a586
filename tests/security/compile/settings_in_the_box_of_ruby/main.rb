# the header is below: a first line with #! would be for the interpreter
#! attack: settings of one's own beside the program
#! verdict: ok
#! stdout: clean
require 'set'
puts "clean"
