/* own_limits.h: resource limits of the cell itself, above which it can give none to a run. */
#ifndef CELL_OWN_LIMITS_H
#define CELL_OWN_LIMITS_H

#include "fault.h"
#include "protocol.h"

#include <stdint.h>

/* As high as they may become: with CAP_SYS_RESOURCE as high as any request may want. */
void own_limits_raise(void);

/* The size of the largest file that a run may write: it has to be able to fill its box and its scratch folder. */
uint64_t own_limits_file_bytes(const struct run_limits *limits, uint64_t box_bytes);

/* Can a run be given these? -1 with why. */
int own_limits_fit(const struct run_limits *limits, uint64_t box_bytes, struct fault *why);

#endif
