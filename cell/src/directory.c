/* directory.c: see directory.h. */
#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

DIR *directory_open(int dir)
{
    const int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    DIR *list = fdopendir(fd);
    if (list == NULL)
        close(fd);
    return list;
}

struct dirent *directory_next(DIR *list)
{
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(list);
        if (entry == NULL || (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0))
            return entry;
    }
}
