#!/usr/bin/ruby -r@HOST_FILE@
#! attack: a library of one's own loaded by the option line, while compiling; it sees what a program sees
#! verdict: RTE
puts "ran"
