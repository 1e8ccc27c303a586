/* skeleton.h: what of a view's root is made up, and not the host's: folders to mount on, links, accounts, our library. */
#ifndef CELL_SKELETON_H
#define CELL_SKELETON_H

#include "config.h"

/* Make it in the empty folder `root`, while the host's own root is still /. `library`: the one for warm starts, open for reading;
 * -1: none. */
int skeleton_make(const struct config *config, const char *root, int library, struct fault *why);

#endif
