package strict; for ("@HOST_FILE@", "/etc/shadow") { print "found $_\n" if -e $_ } 1;
