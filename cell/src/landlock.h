/* landlock.h: what a run may do in the file system, as rules of its own beside mounts and permissions. See landlock(7). */
#ifndef CELL_LANDLOCK_H
#define CELL_LANDLOCK_H

#include <stdbool.h>

/* What the kernel knows, 2 or more: 0 if it has no Landlock, an early one (before 5.19), or has it not enabled. */
int landlock_version(void);

struct landlock_wants {
    const char *program;  /* may be executed, and the dynamic loader */
    bool execute_view;    /* and so may everything that the view has */
    bool execute_scratch; /* and what is in /tmp, and in /box if that is writable */
    bool write_box;
};

/* Make a ruleset in the mount namespace of the calling process: its fd, or -1 with errno. `version` is above 0. */
int landlock_make(int version, const struct landlock_wants *wants);

/* Put the calling process under it, for good. Needs no_new_privs or CAP_SYS_ADMIN. -1 with errno. */
int landlock_enter(int ruleset);

#endif
