/* main.c: the command line of the cell.
 *
 *   cell serve OPTIONS   the supervisor; see config.c for the options
 *   cell check           can this machine isolate? JSON on stdout, exit code 0 or 1
 *   cell policy NAME     the system calls that a family of programs may make, as an OCI seccomp profile
 *   cell --version
 */
#include "config.h"
#include "probe.h"
#include "seccomp_json.h"
#include "supervisor.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

static int serve(int argc, char **argv)
{
    struct config config;
    struct fault why;
    if (config_parse(&config, argc, argv, &why) < 0) {
        log_line("%s", why.text);
        if (config.ready_fd >= 0)
            dprintf(config.ready_fd, "%s\n", why.text);
        return EXIT_USAGE;
    }
    surroundings_find(&config.surroundings);
    return supervise(&config);
}

static int print_policy(const char *name)
{
    const int family = policy_family_find(name);
    if (family < 0) {
        fprintf(stderr, "there is no policy \"%s\"; there are: native, managed, shell, toolchain\n", name);
        return EXIT_USAGE;
    }
    return seccomp_json_print((enum policy_family)family) < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "serve") == 0)
        return serve(argc - 2, argv + 2);
    if (argc == 2 && strcmp(argv[1], "check") == 0)
        return probe_print();
    if (argc == 3 && strcmp(argv[1], "policy") == 0)
        return print_policy(argv[2]);
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return printf("cell %s\n", CELL_VERSION) < 0 ? 1 : 0;
    fprintf(stderr, "usage: cell serve OPTIONS | cell check | cell policy NAME | cell --version\n");
    return EXIT_USAGE;
}
