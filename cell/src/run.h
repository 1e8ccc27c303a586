/* run.h: the run that a keeper is asked for, and the same again made ahead. */
#ifndef CELL_RUN_H
#define CELL_RUN_H

#include "keeper.h"
#include "packet.h"
#include "protocol.h"
#include "run_state.h"

enum run_outcome {
    RUN_FACTS,       /* facts are filled in, the slot is fit for another run */
    RUN_FACTS_LAST,  /* facts are filled in, but the slot is in doubt and must go */
    RUN_CLIENT_GONE, /* nobody wants the facts */
};

/* A request, as it came, and a run of it. */
struct planned {
    bool prepared;
    size_t size;
    uint8_t message[MESSAGE_BYTES_MAX]; /* what `request` points into */
    struct run_request request;
    int view;
    enum policy_family family;
    bool piped; /* stdin is a pipe, or was the last time: an interpreter that is started ahead looks at it */
    bool files; /* the program gets further files, or did the last time: their places may be such an interpreter's own */
    struct run run;
};

/* Is exactly this prepared? */
bool planned_is(const struct planned *planned, const uint8_t *message, size_t size);

/* stdin is a pipe or is not, there are further files or not: what is started ahead for the other is made again. */
void planned_given(struct planned *planned, bool piped, bool files);

/* Make the run ahead. -1: it failed, and the facts will say how. */
int planned_prepare(struct planned *planned, struct keeper *keeper);

/* Run it, with stdin, stdout, stderr and files that were checked before; they are closed as soon as the end is noted, and not
 * before. All processes of the run are dead when this returns; planned_clear is next. */
enum run_outcome planned_run(struct planned *planned, struct keeper *keeper, struct packet_fds *given, struct run_facts *facts);

/* Give back everything of the run. */
void planned_clear(struct planned *planned);

#endif
