/* files.h: the further files of a run. */
#ifndef ASSAY_INIT_FILES_H
#define ASSAY_INIT_FILES_H

#include <stdbool.h>

/* Read them from standard input, before the request, into memory files that nobody can change, at 3 and on; and say so. */
bool receive_files(void);

/* How many there are. */
unsigned files_count(void);

#endif
