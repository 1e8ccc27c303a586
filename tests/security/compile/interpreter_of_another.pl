#!/bin/sh -c id
#! attack: another interpreter in the first line, which perl then executes; there is none in the view
#! verdict: RTE
print "x\n";
