# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling leaves a large file in place of the program
#! verdict: ok | RTE | MLE | TLE
#! limits: cpu_time_ms=500 memory_bytes=67108864
BEGIN {
    if ($^C) { # only when checking
        unlink("/box/main.pl");
        open(my $f, ">", "/box/main.pl") or die; $SIG{XFSZ} = "IGNORE"; truncate($f, 10 * 2**30) and die; truncate($f, 32 * 2**20) or die;
    }
}
print "ran\n";
