/* cgroup_find.c: where is our own cgroup, and which version is it?
 *
 * /proc/self/cgroup names our group in each hierarchy; /proc/self/mountinfo says where each hierarchy is mounted and
 * which part of it the mount shows (its root). See cgroups(7) and proc(5).
 */
#include "cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is `word` one of the comma-separated words of `list`? */
static bool list_has(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list; *at != '\0';) {
        const size_t span = strcspn(at, ",");
        if (span == length && strncmp(at, word, length) == 0)
            return true;
        at += span;
        at += *at == ',';
    }
    return false;
}

/* Our group in the hierarchy that has the v1 controller, or in the v2 hierarchy if controller is "". */
static bool own_group(const char *controller, char *group, size_t size)
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    if (file == NULL)
        return false;
    bool found = false;
    char line[1024];
    while (!found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *list = strchr(line, ':');
        char *path = list == NULL ? NULL : strchr(list + 1, ':');
        if (path == NULL)
            continue;
        *path++ = '\0';
        list++;
        found = controller[0] == '\0' ? list[0] == '\0' : list_has(list, controller);
        if (found)
            found = (size_t)snprintf(group, size, "%s", path) < size;
    }
    fclose(file);
    return found;
}

/* Undo mountinfo's octal escapes (\040 for a space) in place. */
static void unescape(char *text)
{
    char *to = text;
    for (char *from = text; *from != '\0';) {
        if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] != '\0' && from[3] != '\0') {
            *to++ = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* Does the group lie in the part of its hierarchy that begins at `root`? */
static bool is_below(const char *group, const char *root)
{
    const size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
    return strncmp(group, root, length) == 0 && (group[length] == '/' || group[length] == '\0');
}

/* Mount point and root of the hierarchy, from mountinfo. Of several mounts the last that shows our group, since a later one
 * may cover an earlier: in a container the host's mount is often still below its own. If none does, any. */
static bool find_mount(const char *controller, const char *group, char *point, char *root, size_t size)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    if (file == NULL)
        return false;
    const char *wanted = controller[0] == '\0' ? "cgroup2" : "cgroup";
    bool found = false;
    bool shows_group = false;
    char line[4096];
    while (fgets(line, sizeof line, file) != NULL) {
        char *tail = strstr(line, " - ");
        if (tail == NULL)
            continue;
        char type[64];
        char options[1024];
        if (sscanf(tail + 3, "%63s %*s %1023s", type, options) != 2 || strcmp(type, wanted) != 0)
            continue;
        if (controller[0] != '\0' && !list_has(options, controller))
            continue;
        char mount_root[512];
        char mount_point[512];
        if (sscanf(line, "%*s %*s %*s %511s %511s", mount_root, mount_point) != 2)
            continue;
        unescape(mount_root);
        unescape(mount_point);
        if (shows_group && !is_below(group, mount_root))
            continue;
        snprintf(root, size, "%s", mount_root);
        snprintf(point, size, "%s", mount_point);
        found = true;
        shows_group = is_below(group, mount_root);
    }
    fclose(file);
    return found;
}

static int locate(const char *controller, char *path, size_t size, struct fault *why)
{
    const char *label = controller[0] == '\0' ? "cgroup v2" : controller;
    char group[512];
    char point[512];
    char root[512];
    if (!own_group(controller, group, sizeof group) || !find_mount(controller, group, point, root, sizeof point))
        return fault_set(why, "%s is not mounted; remedy: mount it (Debian does so at boot), or boot with "
                              "systemd.unified_cgroup_hierarchy=1", label);
    if (!is_below(group, root))
        return fault_set(why, "our own %s group %s is outside the mounted part %s; remedy: run the container with a private "
                              "cgroup namespace", label, group, root);
    const char *below = strcmp(root, "/") == 0 ? group : group + strlen(root);
    if (strcmp(below, "/") == 0)
        below = "";
    if ((size_t)snprintf(path, size, "%s%s", point, below) >= size)
        return fault_set(why, "the path of our own %s group is longer than %zu bytes", label, size);
    return 0;
}

int cgroup_find(struct cgroup_place *place, struct fault *why)
{
    *place = (struct cgroup_place){.version = 0};
    char group[512];
    static const char *const v1_controllers[HIERARCHIES_MAX] = {
        [V1_MEMORY] = "memory", [V1_PIDS] = "pids", [V1_CPUACCT] = "cpuacct"};
    if (own_group("memory", group, sizeof group)) {
        place->version = 1;
        place->count = HIERARCHIES_MAX;
        for (size_t i = 0; i < HIERARCHIES_MAX; i++)
            if (locate(v1_controllers[i], place->paths[i], sizeof place->paths[i], why) < 0)
                return -1;
        struct fault none;
        if (locate("cpuset", place->cpuset_path, sizeof place->cpuset_path, &none) < 0)
            place->cpuset_path[0] = '\0'; /* it can be done without */
        return 0;
    }
    place->version = 2;
    place->count = 1;
    return locate("", place->paths[0], sizeof place->paths[0], why);
}
