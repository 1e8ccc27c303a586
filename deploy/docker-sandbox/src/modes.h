/* modes.h: the two things that assay-init can be. Each returns the exit code. */
#ifndef ASSAY_INIT_MODES_H
#define ASSAY_INIT_MODES_H

/* pid 1 of a submission's container: keeps /box, and puts files into it and gets them out of it on request. */
int serve_box(void);

/* pid 1 of a run's container: waits for a request, runs one program, reports how it ended. */
int run_program(void);

#endif
