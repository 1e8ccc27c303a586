//! attack: turns process accounting on, so that the kernel writes every program of the host into a file; seccomp ends the run
//! status: forbidden
//! detail: acct
#include <stdio.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %d\n", acct("/tmp/account")) < 0; }
