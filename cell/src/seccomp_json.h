/* seccomp_json.h: the rules of a family in the JSON that OCI runtimes read. */
#ifndef CELL_SECCOMP_JSON_H
#define CELL_SECCOMP_JSON_H

#include "seccomp_rules.h"

/* Print to stdout. What the cell is told of, a container can only refuse: hostile calls fail with EPERM. 0, or -1 on a write
 * error. */
int seccomp_json_print(enum policy_family family);

#endif
