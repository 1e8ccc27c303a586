/* box.h: a slot's /box, a tmpfs that lives as long as the slot. */
#ifndef CELL_BOX_H
#define CELL_BOX_H

#include "config.h"
#include "protocol.h"

/* Mount it, empty, owned by the slot's user. */
int box_mount(const struct config *config, unsigned owner, struct fault *why);

/* Put the bytes of `source` (a regular file or memfd, from its beginning) at a checked name, replacing a file there. */
int box_put(const struct put_request *request, int source, unsigned owner, struct fault *why);

/* Copy a regular file of the box to `target` (open for writing): its size, or -1. No link is followed, nothing is waited for. */
int64_t box_get(const struct get_request *request, int target, struct fault *why);

/* Make an empty folder of this checked name, in the place of whatever is there; owned by the slot's user. */
int box_folder(const char *name, unsigned owner, struct fault *why);

/* Remove whatever has this checked name, a folder with all that is in it. That there is nothing is no error. */
int box_remove(const char *name, struct fault *why);

/* The regular files in a folder, by name; how many, or -1: it is no folder, or there are more than BOX_LIST_MAX. */
int box_list(const char *name, struct box_entry entries[BOX_LIST_MAX], struct fault *why);

/* Of box.c: the folder that is to hold a file of this name, making what is missing; *last becomes the name in it. */
int box_open_parent(char *name, unsigned owner, char **last, struct fault *why);

/* Of box.c: a folder beneath `dir`, through no link. */
int box_open_below(int dir, const char *name);

#endif
