/* surroundings.c: see surroundings.h, user_namespaces(7) and apparmor(7). */
#include "surroundings.h"

#include "cgroup.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MAP_BYTES_MAX = 16384 }; /* 340 lines, the kernel's limit, of up to 33 bytes */

/* The host's own user namespace maps every id to itself, in one line. */
static bool maps_everything(const char *map)
{
    uint64_t inside = 0;
    uint64_t outside = 0;
    uint64_t count = 0;
    return sscanf(map, "%" SCNu64 " %" SCNu64 " %" SCNu64, &inside, &outside, &count) == 3 && inside == 0 && outside == 0
           && count == UINT32_MAX;
}

void surroundings_find(struct surroundings *surroundings)
{
    *surroundings = (struct surroundings){.user_namespace = false};
    char map[MAP_BYTES_MAX];
    if (control_read(AT_FDCWD, "/proc/self/uid_map", map, sizeof map) == 0)
        surroundings->user_namespace = !maps_everything(map);
    /* "unconfined", or a profile's name and " (enforce)" or another mode; absent where AppArmor is */
    char label[sizeof surroundings->apparmor];
    if (control_read(AT_FDCWD, "/proc/self/attr/apparmor/current", label, sizeof label) < 0)
        return;
    char *mode = strstr(label, " (enforce)");
    if (mode == NULL)
        return; /* a profile that only complains confines nobody */
    *mode = '\0';
    snprintf(surroundings->apparmor, sizeof surroundings->apparmor, "%s", label);
}

/* Is every id from `first` on in some line of the map? */
static bool all_mapped(const char *map, uint64_t first, uint64_t count)
{
    uint64_t next = first;
    for (bool found = true; found && next < first + count;) {
        found = false;
        for (const char *line = map; *line != '\0' && !found;) {
            uint64_t inside = 0;
            uint64_t mapped = 0;
            if (sscanf(line, "%" SCNu64 " %*u %" SCNu64, &inside, &mapped) == 2 && inside <= next && next < inside + mapped) {
                next = inside + mapped;
                found = true;
            }
            line += strcspn(line, "\n");
            line += *line == '\n';
        }
    }
    return next >= first + count;
}

int surroundings_check_ids(unsigned first, unsigned count, struct fault *why)
{
    static const char *const kinds[][2] = {{"/proc/self/uid_map", "user"}, {"/proc/self/gid_map", "group"}};
    char text[MAP_BYTES_MAX];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (control_read(AT_FDCWD, kinds[i][0], text, sizeof text) < 0)
            return fault_errno(why, "%s", kinds[i][0]);
        if (!all_mapped(text, first, count))
            return fault_set(why, "%s ids %u to %u are not all mapped in this container; remedy: more ids for it (/etc/subuid and "
                                  "/etc/subgid), or a lower first id for the slots (ASSAY_FIRST_SLOT_UID)",
                             kinds[i][1], first, first + count - 1);
    }
    if (control_read(AT_FDCWD, "/proc/self/setgroups", text, sizeof text) == 0 && strncmp(text, "deny", 4) == 0)
        return fault_set(why, "this user namespace may not change groups; remedy: map its ids with newuidmap and newgidmap, as "
                              "container runtimes do");
    return 0;
}
