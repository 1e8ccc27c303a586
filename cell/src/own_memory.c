/* own_memory.c: see own_memory.h. */
#include "own_memory.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum {
    MAPS_BYTES_MAX = 65536, /* of /proc/self/maps: an interpreter at its start has a few thousand */
    ENTRIES_MAX = 512,      /* of pagemap at a time */
};
static const uint64_t present = UINT64_C(1) << 63; /* of an entry of /proc/self/pagemap */

/* The pages from `first` to `end` of which pagemap says that they are there. */
static void own_range(int pagemap, uintptr_t first, uintptr_t end, uintptr_t page)
{
    uint64_t entries[ENTRIES_MAX];
    uintptr_t run_start = 0; /* of pages that are there; 0: none */
    for (uintptr_t at = first; at < end;) {
        const size_t left = (end - at) / page;
        const size_t count = left < ENTRIES_MAX ? left : ENTRIES_MAX;
        if (pread(pagemap, entries, count * sizeof *entries, (off_t)(at / page * sizeof *entries))
            != (ssize_t)(count * sizeof *entries))
            return;
        for (size_t i = 0; i < count; i++, at += page) {
            const bool there = (entries[i] & present) != 0;
            if (there && run_start == 0)
                run_start = at;
            if (!there && run_start != 0) {
                (void)madvise((void *)run_start, at - run_start, MADV_POPULATE_WRITE);
                run_start = 0;
            }
        }
    }
    if (run_start != 0)
        (void)madvise((void *)run_start, end - run_start, MADV_POPULATE_WRITE);
}

/* All of a file of /proc; its length, or -1. */
static ssize_t read_whole(const char *path, char *text, size_t size)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    size_t length = 0;
    ssize_t got = 0;
    while (length < size - 1 && (got = read(file, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    close(file);
    text[length] = '\0';
    return got < 0 ? -1 : (ssize_t)length;
}

void own_memory(void)
{
    char *maps = mmap(NULL, MAPS_BYTES_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (maps != MAP_FAILED && pagemap >= 0 && read_whole("/proc/self/maps", maps, MAPS_BYTES_MAX) > 0) {
        for (char *line = maps; line != NULL && *line != '\0';) {
            uintptr_t first = 0;
            uintptr_t end = 0;
            char rights[5] = "";
            if (sscanf(line, "%lx-%lx %4s", &first, &end, rights) == 3 && strncmp(rights, "rw", 2) == 0 && rights[3] == 'p'
                && first != (uintptr_t)maps)
                own_range(pagemap, first, end, page);
            line = strchr(line, '\n');
            line = line == NULL ? NULL : line + 1;
        }
    }
    if (pagemap >= 0)
        close(pagemap);
    if (maps != MAP_FAILED)
        (void)munmap(maps, MAPS_BYTES_MAX);
}
