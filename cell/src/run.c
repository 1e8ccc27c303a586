/* run.c: give a prepared run the word, have it watched, and say how it went. */
#include "run.h"

#include "launch.h"
#include "packet.h"
#include "run_state.h"
#include "syscalls.h"

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

void planned_given(struct planned *planned, bool piped, bool files)
{
    if (planned->prepared && planned->request.warm && (planned->piped != piped || planned->files != files)) {
        run_clear(&planned->run);
        planned->prepared = false;
    }
    planned->piped = piped;
    planned->files = files;
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

/* The word, and with it what the program alone reads. Of the files no copy is left here. */
static void go(struct run *run, struct packet_fds *given)
{
    int fds[PACKET_FDS_MAX] = {given->fds[0]};
    size_t count = 1;
    for (size_t i = RUN_STREAMS; i < given->count; i++)
        fds[count++] = given->fds[i];
    run->out.target = given->fds[1];
    run->err.target = given->fds[2];
    run->started_ns = run->next_cpu_ns = run_now_ns();
    const char byte = 'g';
    if (packet_send_fds(run->report, &byte, 1, fds, count) < 0) {
        struct fault why;
        fault_errno(&why, "giving a run the word to go");
        run->in_doubt = true;
        run_blame(run, &why);
        run_stop(run, 0);
    }
    for (size_t i = RUN_STREAMS; i < given->count; i++)
        close_fd(&given->fds[i]);
}

enum run_outcome planned_run(struct planned *planned, struct keeper *keeper, struct packet_fds *given, struct run_facts *facts)
{
    struct run *run = &planned->run;
    if (planned_prepare(planned, keeper) == 0) {
        go(run, given);
        run_watch(run);
        /* Its end is noted: whoever is at the other end of its pipes may see it now, and not before. Who writes to it first, or
         * its last output might wait for a reader that is waiting in a write. */
        close_fd(&given->fds[0]);
        run_drain(run);
        close_fd(&given->fds[1]);
        close_fd(&given->fds[2]);
    }
    run_conclude(run, facts);
    if (run->client_gone)
        return RUN_CLIENT_GONE;
    return run->in_doubt ? RUN_FACTS_LAST : RUN_FACTS;
}
