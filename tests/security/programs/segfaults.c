//! status: signalled
//! signal: 11
int main(void) { return *(volatile int *)1; }
