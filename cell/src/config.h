/* config.h: what a supervisor is told at its start; nothing of it can change afterwards. */
#ifndef CELL_CONFIG_H
#define CELL_CONFIG_H

#include "fault.h"
#include "layers.h"
#include "surroundings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    VIEWS_MAX = 32,        /* a view a family of languages, not one a problem; and some of the operator's own */
    VIEW_PATHS_MAX = 128,  /* each is a mount, and every run copies the mounts of its slot */
    VIEW_NAME_MAX = 63,
    SLOTS_MAX = 512,       /* slots serving at once; each is a process */
    SPARE_MAX = 64,
};

struct view {
    const char *name;
    const char *paths[VIEW_PATHS_MAX]; /* absolute; each appears read-only at the same place in a run's root */
    size_t path_count;
};

struct config {
    const char *socket_path;
    uid_t client_uid;
    gid_t client_gid;
    uid_t first_slot_uid; /* slot i runs as user and group first_slot_uid + i; one more id follows, for inits */
    unsigned slots;       /* clients served at once */
    unsigned spare;       /* slots kept ready beyond that, so that a finished one is not waited for */
    uint64_t box_bytes;   /* size of a slot's /box */
    uint64_t box_inodes;
    int lifeline_fd; /* end of file on it means that the parent is gone; -1 if there is none */
    int ready_fd;    /* told "ready" or the reason why not; -1 if nobody waits */
    struct view views[VIEWS_MAX];
    size_t view_count;
    layers layers;                  /* those in force */
    const char *warm_library;       /* for warm starts; NULL: there are none */
    /* found out at the start, not told: */
    int landlock;                   /* version; 0: none */
    struct surroundings surroundings;
    int view_namespaces[VIEWS_MAX]; /* of roots.c */
};

/* Read the arguments of `cell serve`. Strings stay in argv. */
int config_parse(struct config *config, int argc, char **argv, struct fault *why);

/* The user of the inits of all slots: the first id after the slots' own. */
unsigned config_init_user(const struct config *config);

/* The index of a view, or -1. */
int config_find_view(const struct config *config, const char *name);

#endif
