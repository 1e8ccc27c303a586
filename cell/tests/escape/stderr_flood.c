//! attack: floods stderr; it is cut at its limit and the run ends
//! status: output
//! limits: stderr_bytes=100000
//! quick: yes
#include <stdio.h>
int main(void) { for (;;) fputs("flood\n", stderr); }
