# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling fills the box with files and folders without end
#! verdict: ok
#! stdout: ran
#! limits: compile_memory_bytes=536870912
BEGIN {
    if ($^C) {
        my $n = 0;
        $n++ while mkdir("/box/folder$n");
        chdir("/box"); mkdir("d") && chdir("d") for 1 .. 100;
        open(my $f, ">", "/box/full");
        while (print $f "x" x 65536) {}
    }
}
print "ran\n";
