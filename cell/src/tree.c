/* tree.c: see tree.h.
 *
 * What is removed can be as deep as there are inodes, closed to everybody, full of links. It is taken apart from the bottom up
 * with one folder open at a time, by names that are never followed. As nothing else goes on, a folder's ".." is the one that we
 * came from.
 */
#include "tree.h"

#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* Remove what is in a folder up to the first folder that is not empty: 1, and its name in `inside`; 0: nothing is left; or -1. */
static int clear_level(int dir, char inside[NAME_MAX + 1])
{
    DIR *list = directory_open(dir);
    if (list == NULL)
        return -1;
    int outcome = 0;
    struct dirent *entry = NULL;
    while (outcome == 0 && (entry = directory_next(list)) != NULL) {
        if (unlinkat(dir, entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0) == 0)
            continue;
        outcome = entry->d_type == DT_DIR && errno == ENOTEMPTY ? 1 : -1;
        snprintf(inside, NAME_MAX + 1, "%s", entry->d_name);
    }
    if (outcome == 0 && errno != 0)
        outcome = -1;
    const int error = errno;
    closedir(list);
    errno = error;
    return outcome;
}

/* A folder of our own user that may be closed to it; one with CAP_DAC_OVERRIDE does not notice. */
static int open_closed(int dir, const char *name)
{
    int folder = openat(dir, name, FOLDER_FLAGS);
    if (folder < 0 && errno == EACCES && fchmodat(dir, name, 0700, 0) == 0)
        folder = openat(dir, name, FOLDER_FLAGS);
    if (folder >= 0 && faccessat(folder, ".", W_OK | X_OK, 0) < 0 && fchmod(folder, 0700) < 0) {
        const int error = errno;
        close(folder);
        errno = error;
        return -1;
    }
    return folder;
}

/* Remove all that is below `top`, which is closed. */
static int clear(int top)
{
    char inside[NAME_MAX + 1];
    unsigned depth = 0;
    for (int at = top;;) {
        const int found = clear_level(at, inside);
        int next = -1;
        if (found > 0)
            next = open_closed(at, inside);
        else if (found == 0 && depth > 0)
            next = openat(at, "..", FOLDER_FLAGS);
        const int error = errno;
        close(at);
        errno = error;
        if (next < 0)
            return found == 0 && depth == 0 ? 0 : -1;
        depth = found > 0 ? depth + 1 : depth - 1;
        at = next;
    }
}

int tree_remove(int dir, const char *name)
{
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR)
        return -1;
    if (unlinkat(dir, name, AT_REMOVEDIR) == 0)
        return 0;
    if (errno != ENOTEMPTY)
        return -1;
    const int folder = open_closed(dir, name);
    if (folder < 0 || clear(folder) < 0)
        return -1;
    return unlinkat(dir, name, AT_REMOVEDIR);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct box_entry *)a)->name, ((const struct box_entry *)b)->name);
}

static int read_entries(DIR *list, struct box_entry entries[BOX_LIST_MAX])
{
    int count = 0;
    struct dirent *entry = NULL;
    while ((entry = directory_next(list)) != NULL) {
        struct stat status;
        if (fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
            return -1;
        if (!S_ISREG(status.st_mode))
            continue;
        if (count == BOX_LIST_MAX) {
            errno = E2BIG;
            return -1;
        }
        entries[count].size = (uint64_t)status.st_size;
        snprintf(entries[count++].name, sizeof entries->name, "%s", entry->d_name);
    }
    return errno == 0 ? count : -1;
}

int tree_list(int folder, struct box_entry entries[BOX_LIST_MAX])
{
    DIR *list = directory_open(folder);
    if (list == NULL)
        return -1;
    const int count = read_entries(list, entries);
    const int error = errno;
    closedir(list);
    errno = error;
    if (count > 0)
        qsort(entries, (size_t)count, sizeof *entries, by_name);
    return count;
}
