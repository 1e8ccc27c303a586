//! attack: recurses without end; the stack is memory and counted
//! status: memory
//! limits: memory_bytes=67108864
//! quick: yes
/* the stack may be as large as memory, so endless recursion uses up memory */
static int deeper(volatile int *from) { volatile int here[1024] = {*from}; return deeper(here) + here[1]; }
int main(void) { volatile int start = 1; return deeper(&start); }
