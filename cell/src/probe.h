/* probe.h: can this machine isolate? Each need is tried, not looked up, where that is possible. */
#ifndef CELL_PROBE_H
#define CELL_PROBE_H

#include "cgroup.h"

#include <stdbool.h>
#include <stddef.h>

enum { CHECKS_MAX = 24 };

struct check {
    const char *name;
    bool ok;
    char found[256];  /* what is there, or what went wrong */
    char remedy[256]; /* empty if ok */
};

struct findings {
    struct check checks[CHECKS_MAX];
    size_t count;
    bool ok; /* all of them */
    struct cgroup_place place;
};

/* Run all checks; works as any user, and changes nothing that outlives it. */
void probe(struct findings *findings);

/* `cell check`: print the findings as JSON. 0 if all is well, else 1. */
int probe_print(void);

#endif
