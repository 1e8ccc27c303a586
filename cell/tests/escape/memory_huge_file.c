//! attack: a file of huge pages, of which the machine may have reserved some, and which no memory cgroup counts
//! status: exited
//! stdout: refused
//! policy: toolchain
//! quick: yes
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
int main(void)
{
    /* unlike a mapping, the file can be made on any machine, so that the gap shows where no page is reserved */
    return puts(memfd_create("huge", MFD_HUGETLB) >= 0 ? "a file of huge pages" : "refused") < 0;
}
