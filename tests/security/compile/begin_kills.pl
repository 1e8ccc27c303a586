# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling ends every process that it can see: itself
#! verdict: CE
BEGIN { kill(9, -1, 1, getppid(), 2 .. 1000); kill(9, $$) }
