/* output.h: a run's stdout or stderr on its way to the caller's fd, counted and cut at its limit. */
#ifndef CELL_OUTPUT_H
#define CELL_OUTPUT_H

#include "fault.h"

#include <stdbool.h>
#include <stdint.h>

struct stream {
    int source;      /* our end of the run's pipe; -1 once it is at its end or given up */
    int target;      /* the caller's; set when the run goes */
    uint64_t limit;  /* bytes */
    uint64_t delivered;
    bool truncated;  /* there was more */
    bool blocked;    /* bytes wait, and the caller's pipe is full */
};

enum stream_state {
    STREAM_OPEN,  /* more may come */
    STREAM_ENDED, /* end of file, or nobody reads any more */
    STREAM_OVER,  /* more than the limit */
    STREAM_FAILED /* the caller's fd cannot be written (its disk is full, …) */
};

/* Make the pipe; nothing is moved before it has a target. `child_end` is to become the run's stdout or stderr; `owner` may open
 * it again as /dev/stdout. */
int stream_open(struct stream *stream, uint64_t limit, unsigned owner, int *child_end, struct fault *why);

/* Move what is there, without ever waiting. */
enum stream_state stream_pump(struct stream *stream, struct fault *why);

void stream_close(struct stream *stream);

#endif
