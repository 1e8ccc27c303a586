/* layers.c: see layers.h. */
#include "layers.h"

#include <string.h>

static const char *const names[LAYER_COUNT] = {
    [LAYER_MOUNT_NAMESPACE] = "mount_namespace",
    [LAYER_PID_NAMESPACE] = "pid_namespace",
    [LAYER_NETWORK_NAMESPACE] = "network_namespace",
    [LAYER_IPC_NAMESPACE] = "ipc_namespace",
    [LAYER_UTS_NAMESPACE] = "uts_namespace",
    [LAYER_CGROUP_NAMESPACE] = "cgroup_namespace",
    [LAYER_READ_ONLY_ROOT] = "read_only_root",
    [LAYER_NO_EXEC_SCRATCH] = "no_exec_scratch",
    [LAYER_NO_SYMLINK_SCRATCH] = "no_symlink_scratch",
    [LAYER_PRIVATE_PROC] = "private_proc",
    [LAYER_USER_PER_SLOT] = "user_per_slot",
    [LAYER_NO_CAPABILITIES] = "no_capabilities",
    [LAYER_NO_NEW_PRIVILEGES] = "no_new_privileges",
    [LAYER_CGROUP_LIMITS] = "cgroup_limits",
    [LAYER_RESOURCE_LIMITS] = "resource_limits",
    [LAYER_CORE_PINNING] = "core_pinning",
    [LAYER_LANDLOCK] = "landlock",
    [LAYER_SECCOMP] = "seccomp_allow_list",
};

const char *layer_name(enum layer layer)
{
    return names[layer];
}

int layer_find_optional(const char *name)
{
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        if (strcmp(names[layer], name) == 0)
            return layer == LAYER_MOUNT_NAMESPACE || layer == LAYER_PID_NAMESPACE ? -1 : layer;
    return -1;
}
