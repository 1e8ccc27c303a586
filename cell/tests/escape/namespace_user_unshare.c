//! attack: enters a user namespace to have every capability there; seccomp refuses unshare and ends the run
//! status: forbidden
//! detail: unshare
//! quick: yes
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
int main(void) { return printf("the call was made: %d\n", unshare(CLONE_NEWUSER)) < 0; }
