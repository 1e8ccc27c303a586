/* tree.h: folders that a hostile program may have filled. Also part of assay-init (deploy/docker-sandbox). */
#ifndef CELL_TREE_H
#define CELL_TREE_H

#include "protocol.h"

/* Remove whatever has this name in `dir`, a folder with all that is in it. That nothing has is no error. -1 with errno.
 * Nothing may go on in the folder meanwhile. */
int tree_remove(int dir, const char *name);

/* The regular files in a folder, ordered by name: how many, or -1 with errno, E2BIG when there are more than BOX_LIST_MAX. */
int tree_list(int folder, struct box_entry entries[BOX_LIST_MAX]);

#endif
