/* box.h: a slot's /box, a tmpfs that lives as long as the slot. */
#ifndef CELL_BOX_H
#define CELL_BOX_H

#include "config.h"
#include "protocol.h"

/* Mount it, empty, owned by the slot's user. */
int box_mount(const struct config *config, unsigned owner, struct fault *why);

/* Put the bytes of `source` (a regular file or memfd, from its beginning) at a checked name, replacing a file there. */
int box_put(const struct put_request *request, int source, unsigned owner, struct fault *why);

#endif
