# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling leaves a closed file in place of the program
#! verdict: RTE
#! limits: cpu_time_ms=500 memory_bytes=67108864
BEGIN {
    if ($^C) { # only when checking
        unlink("/box/main.pl");
        open(my $f, ">", "/box/main.pl") or die; print $f "print 1"; close $f; chmod(0, "/box/main.pl") or die;
    }
}
print "ran\n";
