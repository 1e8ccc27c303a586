/* surroundings.h: what the cell itself is confined by: an unprivileged container, an AppArmor profile. */
#ifndef CELL_SURROUNDINGS_H
#define CELL_SURROUNDINGS_H

#include "fault.h"

#include <stdbool.h>

struct surroundings {
    bool user_namespace; /* not that of the host: our root is an ordinary user outside */
    char apparmor[128];  /* the profile that confines us; empty if none does */
};

/* Look around. What cannot be read is not there. */
void surroundings_find(struct surroundings *surroundings);

/* Are `count` user and group ids from `first` on ours to become, and may we drop groups? Only a user namespace can say no. */
int surroundings_check_ids(unsigned first, unsigned count, struct fault *why);

#endif
