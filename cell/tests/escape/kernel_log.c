//! attack: reads the kernel's log; seccomp refuses syslog and ends the run
//! status: forbidden
//! detail: syslog
#include <stdio.h>
#include <sys/klog.h>
int main(void) { static char text[65536]; return printf("the call was made: %d\n", klogctl(3, text, sizeof text)) < 0; }
