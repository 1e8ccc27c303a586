/* stdio_fds.h: are the caller's fds fit to be used for an untrusted program? */
#ifndef CELL_STDIO_FDS_H
#define CELL_STDIO_FDS_H

#include "fault.h"

#include <stdbool.h>

/* Turn the caller's stdin into one that is safe to hand over: on success *fd may have been replaced (the old one closed).
 * copy_files: hand over no file of the host's as it is, however safe; an AppArmor profile would have to allow its path. */
int stdin_prepare(int *fd, bool copy_files, struct fault *why);

/* The same for a further file, which is regular, and read from its beginning when it has to be copied. */
int file_prepare(int *fd, bool copy_files, struct fault *why);

/* A target for output: regular file, pipe or /dev/null, opened for writing. */
int output_check(int fd, const char *label, struct fault *why);

#endif
