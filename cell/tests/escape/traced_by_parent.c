//! attack: asks to be traced, so that each of its calls stops half way; seccomp refuses ptrace and ends the run
//! status: forbidden
//! detail: ptrace
#include <stdio.h>
#include <sys/ptrace.h>
int main(void) { return printf("the call was made: %ld\n", ptrace(PTRACE_TRACEME, 0, 0, 0)) < 0; }
