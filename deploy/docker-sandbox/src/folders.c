/* folders.c: the requests for folders of the box; see box.c. */
#include "box.h"
#include "stream.h"

#include "../../../cell/src/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool tell(bool done)
{
    const struct answer answer = {.error = done ? 0 : (uint32_t)errno};
    return write_whole(STDOUT_FILENO, &answer, sizeof answer);
}

bool make_folder(char *name)
{
    char *last = name;
    const int dir = open_parent(name, &last);
    const bool made = dir >= 0 && tree_remove(dir, last) == 0 && mkdirat(dir, last, 0755) == 0;
    const bool told = tell(made);
    if (dir >= 0)
        close(dir);
    return told;
}

bool list_folder(const char *name)
{
    static struct box_entry entries[BOX_LIST_MAX];
    static uint8_t message[MESSAGE_BYTES_MAX];
    const int box = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int folder = box < 0 ? -1 : open_below(box, name, O_RDONLY | O_DIRECTORY);
    const int count = folder < 0 ? -1 : tree_list(folder, entries);
    struct answer answer = {.error = count < 0 ? (uint32_t)errno : 0};
    if (box >= 0)
        close(box);
    if (folder >= 0)
        close(folder);
    if (count < 0)
        return write_whole(STDOUT_FILENO, &answer, sizeof answer);
    answer.size = encode_listed(message, entries, (size_t)count) - HEADER_BYTES;
    return write_whole(STDOUT_FILENO, &answer, sizeof answer)
           && write_whole(STDOUT_FILENO, message + HEADER_BYTES, (size_t)answer.size);
}

bool remove_any(char *name)
{
    char *slash = strrchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1;
    const int box = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (slash != NULL)
        *slash = '\0';
    const int dir = slash == NULL || box < 0 ? box : open_below(box, name, O_RDONLY | O_DIRECTORY);
    const bool told = tell(dir >= 0 ? tree_remove(dir, last) == 0 : errno == ENOENT);
    if (dir >= 0 && dir != box)
        close(dir);
    if (box >= 0)
        close(box);
    return told;
}
