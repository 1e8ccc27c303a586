# the header is below: a first line with #! would be for the interpreter
#! attack: the language's own modules replaced beside the program: they are the submission's, and see what it sees
#! verdict: ok
#! stdout: clean
use strict;
use warnings;
print "clean\n";
