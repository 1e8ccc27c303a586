/* seccomp_rules.h: which system calls a run may make, as data; compiled by seccomp_policy.c, printed by seccomp_json.c. */
#ifndef CELL_SECCOMP_RULES_H
#define CELL_SECCOMP_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A family of programs. Each may do what the one before it may, and more. */
enum policy_family { POLICY_NATIVE, POLICY_MANAGED, POLICY_SHELL, POLICY_TOOLCHAIN, POLICY_COUNT };

enum rule_action {
    RULE_ALLOW,
    RULE_REFUSE,  /* with an errno; 0: pretend success */
    RULE_HOSTILE, /* told to the keeper, which kills the run */
};

enum rule_test {
    TEST_NONE,
    TEST_EQUAL,     /* the argument equals `value` */
    TEST_NOT_EQUAL, /* … does not */
    TEST_MASKED,    /* … & mask equals `value` */
};

/* All 64 bits of an argument count: one with high bits set equals nothing below, and is refused. */
struct argument_test {
    enum rule_test test;
    unsigned argument; /* 0 is the first */
    uint64_t mask;
    uint64_t value;
};

enum { TESTS_MAX = 2 };

/* What happens to one call when its arguments pass all tests. Calls without a rule that fits: ENOSYS. */
struct rule {
    const char *name;
    enum rule_action action;
    int error; /* of RULE_REFUSE */
    struct argument_test tests[TESTS_MAX];
};

enum { RULES_MAX = 512 };

/* The rules of a family; returns how many. `zygote`: where new processes are refused, the keeper is asked instead, which lets
 * a zygote fork and refuses it to what was forked. */
size_t seccomp_rules(enum policy_family family, bool zygote, struct rule rules[RULES_MAX]);

/* All flags by which clone(2) makes namespaces. */
uint64_t seccomp_namespace_flags(void);

/* "native" … and back: -1 if there is no such family. */
const char *policy_family_name(enum policy_family family);
int policy_family_find(const char *name);

#endif
