# the header is below: a first line with #! would be for the interpreter
#! attack: code that runs while compiling: it sees no more than a program does
#! verdict: CE
#! says: sees 2 self thread-self
BEGIN {
    for my $path ("@HOST_FILE@", "/etc/shadow", "/proc/1/root@HOST_FILE@", "/proc/1/environ", "/proc/self/environ") {
        if (open(my $file, "<", $path)) { print STDERR <$file> }
    }
    if (opendir(my $processes, "/proc")) { print STDERR "sees ", join(" ", sort readdir($processes)), "\n" }
    exit 3;
}
