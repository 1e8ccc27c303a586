/* files.c: see files.h.
 *
 *   on standard input    u32 how many, u32 0, u64 the size of each of FILES_MAX, then the contents of those that there are
 *   answer               "FILE", when they are all here: what that took is not the run's
 *
 * Their memory is counted as the container's, whose limit is higher by it, and never given back while pid 1 lives.
 */
#include "files.h"

#include "stream.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 4, FIRST_FILE = 3, CHUNK_BYTES = 1 << 16 };

static struct {
    uint32_t count;
    uint32_t unused;
    uint64_t sizes[FILES_MAX];
} files;

/* As nothing else was opened yet, it is at its place at once. It survives execve. */
static bool receive_one(int place, uint64_t size)
{
    static uint8_t chunk[CHUNK_BYTES];
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (memfd_create("input", MFD_ALLOW_SEALING) != place)
        return false;
    while (size > 0) {
        const size_t part = size < sizeof chunk ? (size_t)size : sizeof chunk;
        if (!read_whole(STDIN_FILENO, chunk, part) || !write_whole(place, chunk, part))
            return false;
        size -= part;
    }
    return fchmod(place, 0444) == 0 && fcntl(place, F_ADD_SEALS, seals) == 0 && lseek(place, 0, SEEK_SET) == 0;
}

bool receive_files(void)
{
    static const char all_here[4] = "FILE";
    if (!read_whole(STDIN_FILENO, &files, sizeof files) || files.count > FILES_MAX)
        return false;
    for (uint32_t i = 0; i < files.count; i++)
        if (!receive_one(FIRST_FILE + (int)i, files.sizes[i]))
            return false;
    return write_whole(STDOUT_FILENO, all_here, sizeof all_here);
}

unsigned files_count(void)
{
    return files.count;
}
