/* layers.h: the layers of isolation by name. All are on; one can be switched off only by name, for the tests that show what
 * each of the others stops by itself, and then the list in `info`, and so every verdict, lacks it. */
#ifndef CELL_LAYERS_H
#define CELL_LAYERS_H

#include <stdint.h>

enum layer {
    LAYER_MOUNT_NAMESPACE,
    LAYER_PID_NAMESPACE,
    LAYER_NETWORK_NAMESPACE,
    LAYER_IPC_NAMESPACE,
    LAYER_UTS_NAMESPACE,
    LAYER_CGROUP_NAMESPACE,
    LAYER_READ_ONLY_ROOT,
    LAYER_NO_EXEC_SCRATCH,
    LAYER_NO_SYMLINK_SCRATCH,
    LAYER_PRIVATE_PROC,
    LAYER_USER_PER_SLOT,
    LAYER_NO_CAPABILITIES,
    LAYER_NO_NEW_PRIVILEGES,
    LAYER_CGROUP_LIMITS,
    LAYER_RESOURCE_LIMITS,
    LAYER_CORE_PINNING,
    LAYER_LANDLOCK,
    LAYER_SECCOMP,
    LAYER_COUNT,
};

/* A set of layers. */
typedef uint32_t layers;

#define LAYERS_ALL ((layers)((1u << LAYER_COUNT) - 1))

static inline int layers_have(layers set, enum layer layer)
{
    return (set >> layer & 1u) != 0;
}

const char *layer_name(enum layer layer);

/* -1 if there is no such layer, or it is one that a run cannot be made without. */
int layer_find_optional(const char *name);

#endif
