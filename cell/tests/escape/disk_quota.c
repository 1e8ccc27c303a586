//! attack: changes disk quotas; seccomp refuses quotactl and ends the run
//! status: forbidden
//! detail: quotactl
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { return printf("the call was made: %ld\n", syscall(SYS_quotactl, 0x800001 << 8, "/dev/vda", 0, 0)) < 0; }
