//! attack: floods stdout; it is cut at its limit and the run ends
//! status: output
//! limits: stdout_bytes=100000
//! quick: yes
#include <stdio.h>
int main(void) { for (;;) puts("flood"); }
