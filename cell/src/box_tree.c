/* box_tree.c: folders of the box; see box.h. */
#include "box.h"

#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int box_folder(const char *name, unsigned owner, struct fault *why)
{
    char copy[BOX_NAME_BYTES_MAX + 1];
    char *last = copy;
    snprintf(copy, sizeof copy, "%s", name);
    const int dir = box_open_parent(copy, owner, &last, why);
    if (dir < 0)
        return -1;
    int outcome = 0;
    if (tree_remove(dir, last) < 0)
        outcome = fault_errno(why, "replacing %s in the box", name);
    else if (mkdirat(dir, last, 0755) < 0 || fchownat(dir, last, owner, owner, AT_SYMLINK_NOFOLLOW) < 0)
        outcome = fault_errno(why, "folder %s in the box", name);
    close(dir);
    return outcome;
}

/* A folder of the box as it is there: "" is the box itself. -1 with errno as well. */
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
    if (dir < 0)
        fault_errno(why, "folder %s in the box", name);
    errno = error;
    return dir;
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
        return errno == ENOENT ? 0 : -1;
    const int outcome = tree_remove(dir, last) < 0 ? fault_errno(why, "removing %s from the box", name) : 0;
    close(dir);
    return outcome;
}

int box_list(const char *name, struct box_entry entries[BOX_LIST_MAX], struct fault *why)
{
    const int dir = open_existing(name, why);
    if (dir < 0)
        return -1;
    const int count = tree_list(dir, entries);
    if (count < 0 && errno == E2BIG)
        fault_set(why, "folder %s in the box has more than %d files", name, BOX_LIST_MAX);
    else if (count < 0)
        fault_errno(why, "folder %s in the box", name);
    close(dir);
    return count;
}
