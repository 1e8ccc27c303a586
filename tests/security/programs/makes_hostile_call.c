//! argument: the number of a system call
/* used by test_hostile_calls.py; not run by itself */
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    (void)argc;
    syscall(atol(argv[1]), argv[2] == 0 ? 0L : atol(argv[2]), 0, 0, 0, 0, 0);
    return 0;
}
