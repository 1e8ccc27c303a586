/* own_memory.h: a forked process gets pages of its own, before it writes to them. */
#ifndef CELL_OWN_MEMORY_H
#define CELL_OWN_MEMORY_H

/* Copy every page that is still shared with the process that we were forked from. A page that is copied one by one, in a fault
 * when it is first written to, costs several times as much; and it would be counted only then, so that a run would seem to
 * need less memory than it has. Best effort: what is not copied now is copied later. */
void own_memory(void);

#endif
