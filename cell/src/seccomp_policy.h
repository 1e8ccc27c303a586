/* seccomp_policy.h: the filters of all families, compiled once and loaded afresh by each run. */
#ifndef CELL_SECCOMP_POLICY_H
#define CELL_SECCOMP_POLICY_H

#include "fault.h"
#include "seccomp_rules.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct policies {
    /* instructions on the heap, shared by all keepers until they exit; [1] is for zygotes and what they fork */
    struct sock_fprog programs[POLICY_COUNT][2];
};

int policies_compile(struct policies *policies, struct fault *why);
void policies_free(struct policies *policies);

/* A number that changes with the compiled filters (FNV-1a), so that a verdict can say under which ones it was reached. */
uint64_t policies_digest(const struct policies *policies);

/* Load one into the calling process, for good. Returns the fd on which hostile calls are told, or -1 with errno. */
int policy_load(const struct policies *policies, enum policy_family family, bool zygote);

/* What a zygote and the child that it is forking may do at present of what their filter asks about. */
enum zygote_right {
    MAY_NOTHING,
    MAY_EXECUTE, /* execve */
    MAY_FORK,    /* fork, setns into a run's pid and ipc namespaces, unshare of the cgroup namespace */
};

/* A zygote's listener has news: let it happen if it may. -1: it may not, and will not. */
int policy_let(int listener, enum zygote_right right);

/* Wait-free: fetch the hostile call that `listener` tells of and describe it. -1 if it is gone already, or was what only a zygote's
 * filter asks about: then it is answered as the others' filters would, a fork refused, execve allowed. */
int policy_take_hostile(int listener, char *text, size_t size);

#endif
