//! attack: talks to hardware ports; seccomp refuses iopl and ends the run
//! status: forbidden
//! detail: iopl
//! machine: x86_64
#include <stdio.h>
#include <sys/io.h>
int main(void) { return printf("the call was made: %d\n", iopl(3)) < 0; }
