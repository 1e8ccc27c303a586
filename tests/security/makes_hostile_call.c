/* for test_hostile_calls.py; arguments: the number of a system call, and perhaps its first argument */
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    (void)argc;
    syscall(atol(argv[1]), argv[2] == 0 ? 0L : atol(argv[2]), 0, 0, 0, 0, 0);
    return 0;
}
