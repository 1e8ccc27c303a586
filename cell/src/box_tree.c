/* box_tree.c: folders of the box; see box.h.
 *
 * What is removed may have been made by a hostile program: as deep as there are inodes, closed to everybody, full of links. It
 * is taken apart from the bottom up with one folder open at a time, by names that are never followed. No run is going on
 * meanwhile, so a folder's ".." is the one that we came from.
 */
#include "box.h"

#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Remove all that is below `top`, which is closed. */
static int clear(int top)
{
    char inside[NAME_MAX + 1];
    unsigned depth = 0;
    for (int at = top;;) {
        const int found = clear_level(at, inside);
        int next = -1;
        if (found > 0)
            next = openat(at, inside, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        else if (found == 0 && depth > 0)
            next = openat(at, "..", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        const int error = errno;
        close(at);
        errno = error;
        if (next < 0)
            return found == 0 && depth == 0 ? 0 : -1;
        depth = found > 0 ? depth + 1 : depth - 1;
        at = next;
    }
}

/* Whatever has this name in `dir`. That nothing has is no error. */
static int remove_entry(int dir, const char *name)
{
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR)
        return -1;
    if (unlinkat(dir, name, AT_REMOVEDIR) == 0)
        return 0;
    if (errno != ENOTEMPTY)
        return -1;
    const int folder = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 || clear(folder) < 0)
        return -1;
    return unlinkat(dir, name, AT_REMOVEDIR);
}

int box_folder(const char *name, unsigned owner, struct fault *why)
{
    char copy[BOX_NAME_BYTES_MAX + 1];
    char *last = copy;
    snprintf(copy, sizeof copy, "%s", name);
    const int dir = box_open_parent(copy, owner, &last, why);
    if (dir < 0)
        return -1;
    int outcome = 0;
    if (remove_entry(dir, last) < 0)
        outcome = fault_errno(why, "replacing %s in the box", name);
    else if (mkdirat(dir, last, 0755) < 0 || fchownat(dir, last, owner, owner, AT_SYMLINK_NOFOLLOW) < 0)
        outcome = fault_errno(why, "folder %s in the box", name);
    close(dir);
    return outcome;
}

/* A folder of the box as it is there: "" is the box itself. */
static int open_existing(const char *name, struct fault *why)
{
    const int box = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (box < 0)
        return fault_errno(why, "/box");
    if (name[0] == '\0')
        return box;
    const int dir = box_open_below(box, name);
    const int error = errno;
    close(box);
    errno = error;
    return dir < 0 ? fault_errno(why, "folder %s in the box", name) : dir;
}

int box_remove(const char *name, struct fault *why)
{
    char folder[BOX_NAME_BYTES_MAX + 1];
    snprintf(folder, sizeof folder, "%s", name);
    char *slash = strrchr(folder, '/');
    const char *last = slash == NULL ? name : name + (slash - folder) + 1;
    *(slash == NULL ? folder : slash) = '\0';
    const int dir = open_existing(folder, why);
    if (dir < 0)
        return -1;
    const int outcome = remove_entry(dir, last) < 0 ? fault_errno(why, "removing %s from the box", name) : 0;
    close(dir);
    return outcome;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct box_entry *)a)->name, ((const struct box_entry *)b)->name);
}

/* The regular files of an opened folder; links, folders and the like are not named. */
static int read_entries(DIR *list, const char *name, struct box_entry entries[BOX_LIST_MAX], struct fault *why)
{
    int count = 0;
    struct dirent *entry = NULL;
    while ((entry = directory_next(list)) != NULL) {
        struct stat status;
        if (fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
            return fault_errno(why, "a file of folder %s in the box", name);
        if (!S_ISREG(status.st_mode))
            continue;
        if (count == BOX_LIST_MAX)
            return fault_set(why, "folder %s in the box has more than %d files", name, BOX_LIST_MAX);
        entries[count].size = (uint64_t)status.st_size;
        snprintf(entries[count++].name, sizeof entries->name, "%s", entry->d_name);
    }
    return errno == 0 ? count : fault_errno(why, "folder %s in the box", name);
}

int box_list(const char *name, struct box_entry entries[BOX_LIST_MAX], struct fault *why)
{
    const int dir = open_existing(name, why);
    if (dir < 0)
        return -1;
    DIR *list = fdopendir(dir);
    if (list == NULL) {
        close(dir);
        return fault_errno(why, "folder %s in the box", name);
    }
    const int count = read_entries(list, name, entries, why);
    closedir(list);
    if (count > 0)
        qsort(entries, (size_t)count, sizeof *entries, by_name);
    return count;
}
