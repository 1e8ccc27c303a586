//! status: output
//! limits: stdout_bytes=100000
#include <stdio.h>
int main(void) { for (;;) puts("flood"); }
