/* supervisor.h: the cell's privileged process. */
#ifndef CELL_SUPERVISOR_H
#define CELL_SUPERVISOR_H

#include "config.h"

/* `cell serve`: the process's exit code. 0 after an orderly end (SIGTERM, SIGINT or the lifeline), 1 if it could not start. */
int supervise(struct config *config);

#endif
