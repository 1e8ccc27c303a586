# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling waits for ever, using no CPU time
#! verdict: CE
#! limits: compile_time_ms=200
BEGIN { sleep(1000) while 1 }
