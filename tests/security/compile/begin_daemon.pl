# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling leaves a process behind, to change the program between tests
#! verdict: ok
#! stdout: clean
BEGIN {
    if ($^C && fork() == 0) {
        fork() and exit;
        open(STDIN, "<", "/dev/null"); open(STDOUT, ">", "/dev/null"); open(STDERR, ">", "/dev/null");
        for (1 .. 100) { select(undef, undef, undef, 0.05); open(my $f, ">", "/box/stolen"); }
        exit;
    }
}
select(undef, undef, undef, 0.2);
print(-e "/box/stolen" ? "stolen\n" : "clean\n");
