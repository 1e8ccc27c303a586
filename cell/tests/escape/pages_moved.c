//! attack: moves pages between memory nodes, of other processes too; seccomp refuses migrate_pages and ends the run
//! status: forbidden
//! detail: migrate_pages
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { static unsigned long nodes = 1; return printf("the call was made: %ld\n", syscall(SYS_migrate_pages, 1, 8, &nodes, &nodes)) < 0; }
