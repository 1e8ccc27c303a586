//! attack: dies of a signal of the kernel's; the facts say which
//! status: signalled
//! signal: 11
//! quick: yes
int main(void) { return *(volatile int *)1; }
