//! attack: programs and specs of one's own where the compiler works, under the names of its parts
//! verdict: ok
//! stdout: clean
#include <stdio.h>
int main(void) { return puts("clean") < 0; }
