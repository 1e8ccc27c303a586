/* main.c: assay-init, pid 1 of the Docker sandbox's containers.
 *
 *   assay-init box    one a submission: holds /box and serves it
 *   assay-init run    one a run: runs a program and tells how it ended
 *
 * Both are asked on standard input and answer on standard output, which nobody but the engine's client holds. They run as the
 * program's own user and without capabilities, like everything in the container. What keeps the program off them: pid 1
 * cannot be killed or stopped from inside its pid namespace, it is not dumpable (so its memory and its fds in /proc are
 * root's), and the filter of run.c refuses to limit another process. At the end of input they exit: so nothing stays behind
 * when the client is gone.
 */
#include "modes.h"
#include "stream.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
    static const char ready[4] = "ASY2";
    if (argc != 2) {
        fprintf(stderr, "usage: assay-init box | run\n");
        return EXIT_USAGE;
    }
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return 1;
    if (!write_whole(STDOUT_FILENO, ready, sizeof ready))
        return 1;
    if (strcmp(argv[1], "box") == 0)
        return serve_box();
    if (strcmp(argv[1], "run") == 0)
        return run_program();
    return EXIT_USAGE;
}
