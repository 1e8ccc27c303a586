#!/usr/bin/perl -d:Stolen -Mstolen -I/etc -0777 -i.bak -x/etc -F@HOST_FILE@
#! attack: options of the interpreter in the first line: modules to load, a debugger
#! verdict: CE
print "x\n";
