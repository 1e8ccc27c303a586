# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling prints without end
#! verdict: CE
BEGIN { print STDERR "x" x 65536 while 1 }
