/* stream.h: whole reads and writes on blocking fds. */
#ifndef ASSAY_INIT_STREAM_H
#define ASSAY_INIT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exactly `size` bytes and not one more: what follows may be the program's. False at the end of the file or an error. */
bool read_whole(int fd, void *bytes, size_t size);

bool write_whole(int fd, const void *bytes, size_t size);

#endif
