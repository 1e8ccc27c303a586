# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling forks without end; processes and time are limited as for any compiler
#! verdict: CE
#! limits: compile_time_ms=500
BEGIN { fork() while 1 }
