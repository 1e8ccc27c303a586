/* seccomp_policy.h: which system calls a run may make. Compiled once, loaded afresh by each run as its last step before execve. */
#ifndef CELL_SECCOMP_POLICY_H
#define CELL_SECCOMP_POLICY_H

#include "fault.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

struct policy {
    struct sock_fprog program; /* instructions on the heap, shared by all keepers until they exit */
};

int policy_compile(struct policy *policy, struct fault *why);

/* A number that changes with the compiled filter (FNV-1a), so that a verdict can say under which one it was reached. */
uint64_t policy_digest(const struct policy *policy);

/* Load it into the calling process, for good. Returns the fd on which refused calls are told, or -1 with errno. */
int policy_load(const struct policy *policy);

/* Wait-free: fetch the refused call that `listener` tells of and describe it. -1 if it is gone already. */
int policy_describe_refused(int listener, char *text, size_t size);

#endif
