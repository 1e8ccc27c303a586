/* roots.h: the read-only file systems that runs see, each in a mount namespace of its own.
 *
 * The supervisor's own mount namespace, after roots_build (it has left the host's file system for good), and its keepers':
 *
 *   /box              empty; each slot mounts its own tmpfs here
 *
 * The namespace of a view, which no process lives in; a slot's place is a copy of it (place.h):
 *
 *   /                 tmpfs, read-only
 *   /usr …            the view's paths, each a read-only bind of the host's
 *   /dev …            null zero full random urandom; fd stdin stdout stderr shm as links
 *   /etc              passwd, group (made up)
 *   /{proc,tmp,box}   empty; in a user namespace /proc is the container's, see keep_proc
 */
#ifndef CELL_ROOTS_H
#define CELL_ROOTS_H

#include "config.h"

/* Unshare the mount namespace, build a root and a namespace for each view (config->view_namespaces), and leave the host. */
int roots_build(struct config *config, struct fault *why);

#endif
