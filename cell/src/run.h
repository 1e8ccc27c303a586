/* run.h: one run of one program in a keeper's slot. */
#ifndef CELL_RUN_H
#define CELL_RUN_H

#include "keeper.h"
#include "protocol.h"

enum run_outcome {
    RUN_FACTS,       /* facts are filled in, the slot is fit for another run */
    RUN_FACTS_LAST,  /* facts are filled in, but the slot is in doubt and must go */
    RUN_CLIENT_GONE, /* nobody wants the facts */
};

/* Run it, with three fds that were checked before. All processes of the run are dead when this returns. */
enum run_outcome run_program(struct keeper *keeper, const struct run_request *request, int view, enum policy_family family, const int stdio[3],
                             struct run_facts *facts);

#endif
