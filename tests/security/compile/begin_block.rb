#!/usr/bin/ruby -w -W2
#! attack: code that runs while compiling, and options in the first line
#! verdict: ok
#! stdout: clean
BEGIN { File.write("/box/stolen", "x") rescue nil }
puts(File.exist?("/box/stolen") ? "executed while compiling" : "clean")
