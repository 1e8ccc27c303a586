/* box.h: what the requests to a box share. */
#ifndef ASSAY_INIT_BOX_H
#define ASSAY_INIT_BOX_H

#include <stdbool.h>
#include <stdint.h>

struct answer {
    uint32_t error;
    uint32_t irregular;
    uint64_t size;
};

/* Open something of the box by its name from `dir` on, through no link. -1 with errno. */
int open_below(int dir, const char *name, uint64_t flags);

/* Open the folder that is to hold a file, making what is missing, and cutting `name` up; *last becomes the name in it. */
int open_parent(char *name, char **last);

/* The requests for folders; each answers. False if the client is gone. */
bool make_folder(char *name);
bool list_folder(const char *name);
bool remove_any(char *name);

#endif
