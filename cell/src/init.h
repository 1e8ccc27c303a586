/* init.h: pid 1 of a run. */
#ifndef CELL_INIT_H
#define CELL_INIT_H

#include "keeper.h"
#include "place.h"

/* With REPORT_INIT_READY come, in this order, the fds that its value's bits name. */
enum { INIT_HAS_PIDS = 1, INIT_HAS_IPC = 2, INIT_MADE_PLACE = 4, INIT_MADE_RULESET = 8 };

/* Make the place ready, say so, and reap until killed. `program` is what Landlock will let be executed. */
_Noreturn void init_main(const struct keeper *keeper, const struct place_work *work, const char *program, int report);

#endif
