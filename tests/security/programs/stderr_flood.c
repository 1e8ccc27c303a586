//! status: output
//! limits: stderr_bytes=100000
#include <stdio.h>
int main(void) { for (;;) fputs("flood\n", stderr); }
