/* roots.h: the read-only file systems that runs see.
 *
 * The supervisor's own mount namespace, after roots_build (it has left the host's file system for good):
 *
 *   /                 tmpfs, read-only
 *   /box              empty; each slot mounts its own tmpfs here
 *   /proc             only in a user namespace: its proc, without which the kernel lets no run mount one of its own
 *   /view/<i>         tmpfs, read-only: the root of a run in view i
 *   /view/<i>/usr …   the view's paths, each a read-only bind of the host's
 *   /view/<i>/dev …   null zero full random urandom; fd stdin stdout stderr shm as links
 *   /view/<i>/etc     passwd, group (made up)
 *   /view/<i>/{proc,tmp,box}   empty; filled by each run for itself
 */
#ifndef CELL_ROOTS_H
#define CELL_ROOTS_H

#include "config.h"

enum { VIEW_ROOT_PATH_MAX = 32 };

/* Unshare the mount namespace, build a root for each view, and move into the new tree. */
int roots_build(const struct config *config, struct fault *why);

/* Where the root of view `index` is in the supervisor's tree; `path` has VIEW_ROOT_PATH_MAX bytes. */
void roots_view_path(int index, char *path);

#endif
