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

#endif
