/* run.c: give a prepared run the word, have it watched, and say how it went. */
#include "run.h"

#include "launch.h"
#include "packet.h"
#include "run_state.h"

#include <poll.h>
#include <string.h>

void planned_clear(struct planned *planned)
{
    if (planned->prepared)
        run_clear(&planned->run);
    planned->prepared = false;
    planned->size = 0;
}

bool planned_is(const struct planned *planned, const uint8_t *message, size_t size)
{
    return planned->prepared && planned->size == size && memcmp(planned->message, message, size) == 0;
}

void planned_stdin(struct planned *planned, bool piped)
{
    if (planned->prepared && planned->request.warm && planned->piped != piped) {
        run_clear(&planned->run);
        planned->prepared = false;
    }
    planned->piped = piped;
}

/* A run that was made ahead may have met something since: then it is made once more. */
static bool is_alive(const struct run *run)
{
    struct pollfd ready[3] = {{.fd = run->init_pidfd, .events = POLLIN},
                              {.fd = run->child_fd, .events = POLLIN},
                              {.fd = run->report, .events = POLLIN}};
    return poll(ready, 3, 0) == 0;
}

int planned_prepare(struct planned *planned, struct keeper *keeper)
{
    if (planned->prepared && is_alive(&planned->run))
        return 0;
    if (planned->prepared)
        run_clear(&planned->run);
    planned->prepared = true; /* even if it fails there is something to clear */
    return run_prepare(&planned->run, keeper, &planned->request, planned->view, planned->family);
}

static void go(struct run *run, const int stdio[3])
{
    run->out.target = stdio[1];
    run->err.target = stdio[2];
    run->started_ns = run->next_cpu_ns = run_now_ns();
    const char byte = 'g';
    if (packet_send(run->report, &byte, 1, stdio[0]) == 0)
        return;
    fault_errno(&run->detail, "giving a run the word to go");
    run->in_doubt = true;
    run_stop(run, CAUSE_INTERNAL);
}

enum run_outcome planned_run(struct planned *planned, struct keeper *keeper, const int stdio[3], struct run_facts *facts)
{
    struct run *run = &planned->run;
    if (planned_prepare(planned, keeper) == 0) {
        go(run, stdio);
        run_watch(run);
        run_drain(run);
    }
    run_conclude(run, facts);
    if (run->client_gone)
        return RUN_CLIENT_GONE;
    return run->in_doubt ? RUN_FACTS_LAST : RUN_FACTS;
}
