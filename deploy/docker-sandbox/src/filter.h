/* filter.h: the last few system calls that the engine's seccomp profile must leave to assay-init and not to the program. */
#ifndef ASSAY_INIT_FILTER_H
#define ASSAY_INIT_FILTER_H

#include <stdbool.h>

/* Load it into the calling process, for good. Needs no_new_privs, which the engine has set. -1 with errno. */
int filter_load(bool without_processes, bool without_memory_files);

#endif
