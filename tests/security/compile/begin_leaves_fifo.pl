# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling leaves a fifo in place of the program
#! verdict: TLE
#! limits: cpu_time_ms=500 memory_bytes=67108864
BEGIN {
    if ($^C) { # only when checking
        unlink("/box/main.pl");
        system("mkfifo", "/box/main.pl") == 0 or require POSIX && POSIX::mkfifo("/box/main.pl", 0644) or die;
    }
}
print "ran\n";
