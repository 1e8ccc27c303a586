/* serve.h: what a client may ask of its slot. */
#ifndef CELL_SERVE_H
#define CELL_SERVE_H

#include "keeper.h"

#include <stdint.h>

/* One message, one answer. `buffer` has room for a message. -1: the connection is over. */
int serve_one(struct keeper *keeper, uint8_t *buffer);

#endif
