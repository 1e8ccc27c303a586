/* output.c: see output.h.
 *
 * splice(2) moves pages from the run's pipe to a file, memfd or pipe without copying them. A reader that has gone away ends
 * the stream: our end of the pipe is closed, and the program meets SIGPIPE just as it would in a shell's pipeline.
 */
#include "output.h"

#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

enum { SPLICE_BYTES_MAX = 1 << 20 };

int stream_open(struct stream *stream, uint64_t limit, unsigned owner, int *child_end, struct fault *why)
{
    int ends[2];
    *stream = (struct stream){.source = -1, .target = -1, .limit = limit};
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fault_errno(why, "pipe");
    stream->source = ends[0];
    *child_end = ends[1];
    /* each end is an open file of its own: the program's stays blocking */
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 || fchown(ends[1], owner, owner) < 0)
        return fault_errno(why, "preparing a pipe");
    return 0;
}

void stream_close(struct stream *stream)
{
    close_fd(&stream->source);
    stream->blocked = false;
}

static int bytes_waiting(const struct stream *stream)
{
    int count = 0;
    return ioctl(stream->source, FIONREAD, &count) < 0 ? 0 : count;
}

/* For a target that splice refuses: a file opened with O_APPEND. Only regular files do, so this does not wait. */
static ssize_t copy_some(const struct stream *stream, size_t most)
{
    char buffer[16384];
    const ssize_t got = read(stream->source, buffer, most < sizeof buffer ? most : sizeof buffer);
    for (ssize_t done = 0; done < got;) {
        const ssize_t wrote = write(stream->target, buffer + done, (size_t)(got - done));
        if (wrote < 0 && errno != EINTR)
            return -1;
        done += wrote > 0 ? wrote : 0;
    }
    return got;
}

static ssize_t move_some(const struct stream *stream, size_t most)
{
    const ssize_t moved =
        splice(stream->source, NULL, stream->target, NULL, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (moved < 0 && errno == EINVAL)
        return copy_some(stream, most);
    return moved;
}

enum stream_state stream_pump(struct stream *stream, struct fault *why)
{
    stream->blocked = false;
    while (stream->source >= 0) {
        const uint64_t room = stream->limit - stream->delivered;
        if (room == 0) {
            stream->truncated = bytes_waiting(stream) > 0;
            return stream->truncated ? STREAM_OVER : STREAM_OPEN;
        }
        const ssize_t moved = move_some(stream, room < SPLICE_BYTES_MAX ? (size_t)room : SPLICE_BYTES_MAX);
        if (moved > 0) {
            stream->delivered += (uint64_t)moved;
        } else if (moved == 0) {
            stream_close(stream);
        } else if (errno == EAGAIN) {
            stream->blocked = bytes_waiting(stream) > 0;
            return STREAM_OPEN;
        } else if (errno == EPIPE) {
            stream_close(stream);
        } else if (errno != EINTR) {
            fault_errno(why, "writing to the caller's fd");
            return STREAM_FAILED;
        }
    }
    return STREAM_ENDED;
}
