//! attack: many processes flood one stream; the limit counts all of them together
//! status: output
//! limits: stdout_bytes=100000
//! policy: toolchain
#include <string.h>
#include <unistd.h>
int main(void)
{
    char block[5000];
    memset(block, 'x', sizeof block);
    fork();
    fork();
    fork();
    for (;;)
        (void)!write(1, block, sizeof block);
}
