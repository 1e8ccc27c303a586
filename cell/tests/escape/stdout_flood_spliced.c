//! attack: floods stdout without a write: vmsplice, tee and splice from another pipe; the bytes count all the same
//! status: output
//! limits: stdout_bytes=100000
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>
int main(void)
{
    static char block[65536];
    struct iovec part = {block, sizeof block};
    int own[2];
    if (pipe(own) < 0)
        return 1;
    for (;;) {
        if (vmsplice(own[1], &part, 1, SPLICE_F_NONBLOCK) < 0 && splice(own[0], NULL, 1, NULL, sizeof block, 0) < 0) {
            perror("splice"); /* not there: the ordinary way */
            if (write(1, block, sizeof block) < 0)
                return 1;
        }
        tee(own[0], 1, sizeof block, SPLICE_F_NONBLOCK);
        splice(own[0], NULL, 1, NULL, sizeof block, SPLICE_F_NONBLOCK);
    }
}
