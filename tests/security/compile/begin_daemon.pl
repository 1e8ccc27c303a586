# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling leaves a process behind, to change the program between tests
#! verdict: ok
#! stdout: clean
BEGIN {
    if ($^C && fork() == 0) {
        fork() and exit;
        open(STDIN, "<", "/dev/null"); open(STDOUT, ">", "/dev/null"); open(STDERR, ">", "/dev/null");
        for (1 .. 100) { select(undef, undef, undef, 0.05); open(my $f, ">>", "/box/stolen"); print $f "x"; }
        exit;
    }
}
# what it did before the compilation was over may be there: on a slow machine that takes longer than its first sleep
my $before = -s "/box/stolen" // 0;
select(undef, undef, undef, 0.5);
print((-s "/box/stolen" // 0) == $before ? "clean\n" : "stolen\n");
