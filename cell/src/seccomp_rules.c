/* seccomp_rules.c: the allow-lists.
 *
 * allowed             what programs, runtimes and compilers do, and nothing with power over other processes or the machine
 * refused             with an errno that every program expects: new processes (EPERM) where a family needs none, sockets
 *                     (EAFNOSUPPORT) everywhere
 * pretended           what would only reach the host's disk: 0, as if it had been done
 * anything unnamed    ENOSYS: a runtime that probes for it falls back, and a call added to the kernel later is not open
 * hostile             told to the keeper, which kills the run and names the call (status forbidden). The call never happens:
 *                     it is not answered, and the process in it dies. No legitimate program of a judged language makes one.
 * foreign calls       (i386, x32) kill the process: SIGSYS
 */
#include "seccomp_rules.h"

#include "seccomp_lists.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct rule_list {
    struct rule *rules;
    size_t count;
};

static void add(struct rule_list *list, struct rule rule)
{
    if (list->count == RULES_MAX)
        abort(); /* the lists above are constants: whoever makes them longer meets this at once */
    list->rules[list->count++] = rule;
}

static void add_names(struct rule_list *list, enum rule_action action, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(list, (struct rule){.name = names[i], .action = action});
}

static struct argument_test equal(unsigned argument, uint64_t value)
{
    return (struct argument_test){.test = TEST_EQUAL, .argument = argument, .value = value};
}

static struct argument_test not_equal(unsigned argument, uint64_t value)
{
    return (struct argument_test){.test = TEST_NOT_EQUAL, .argument = argument, .value = value};
}

static struct argument_test masked(unsigned argument, uint64_t mask, uint64_t value)
{
    return (struct argument_test){.test = TEST_MASKED, .argument = argument, .mask = mask, .value = value};
}

static void allow_if(struct rule_list *list, const char *name, struct argument_test test)
{
    add(list, (struct rule){.name = name, .action = RULE_ALLOW, .tests = {test}});
}

static void refuse_if(struct rule_list *list, const char *name, int error, struct argument_test test)
{
    add(list, (struct rule){.name = name, .action = RULE_REFUSE, .error = error, .tests = {test}});
}

static void refuse(struct rule_list *list, const char *name, int error)
{
    add(list, (struct rule){.name = name, .action = RULE_REFUSE, .error = error});
}

static void allow_equals(struct rule_list *list, const char *name, unsigned argument, const unsigned *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        allow_if(list, name, equal(argument, values[i]));
}

/* For an argument of which the kernel takes 32 bits, where it is a value that is refused: it would be hidden behind the others. */
static struct argument_test word(unsigned argument, unsigned value)
{
    return masked(argument, 0xffffffff, value);
}

static void allow_words(struct rule_list *list, const char *name, unsigned argument, const unsigned *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        allow_if(list, name, word(argument, values[i]));
}

uint64_t seccomp_namespace_flags(void)
{
    uint64_t all = 0;
    for (size_t i = 0; i < COUNT(namespace_flags); i++)
        all |= namespace_flags[i];
    return all;
}

static void add_clone(struct rule_list *list, bool may_fork, bool zygote)
{
    uint64_t all = seccomp_namespace_flags();
    for (size_t i = 0; i < COUNT(namespace_flags); i++)
        add(list, (struct rule){.name = "clone", .action = RULE_HOSTILE,
                                .tests = {masked(0, namespace_flags[i], namespace_flags[i])}});
    /* a sibling would be the keeper's child, which does not know it */
    refuse_if(list, "clone", EINVAL, masked(0, all | CLONE_PARENT | CLONE_THREAD, CLONE_PARENT));
    all |= CLONE_PARENT;
    /* clone3 hides its flags behind a pointer: it stays ENOSYS, and every C library falls back to clone */
    if (may_fork) {
        allow_if(list, "clone", masked(0, all, 0));
        return;
    }
    all |= CLONE_THREAD;
    allow_if(list, "clone", masked(0, all, CLONE_THREAD));
    add(list, (struct rule){.name = "clone", .action = zygote ? RULE_HOSTILE : RULE_REFUSE, .error = EPERM,
                            .tests = {masked(0, all, 0)}});
    refuse(list, "fork", EPERM);
    refuse(list, "vfork", EPERM);
}

/* What a zygote starts beside itself would be outside the run, and might be the candidate's. */
static void add_execution(struct rule_list *list, bool at, bool zygote)
{
    const enum rule_action action = zygote ? RULE_HOSTILE : RULE_ALLOW;
    add(list, (struct rule){.name = "execve", .action = action});
    if (at)
        add(list, (struct rule){.name = "execveat", .action = action});
}

/* There is nobody to talk to: a pair within the run is all that some runtimes need. */
static void add_sockets(struct rule_list *list, bool pairs)
{
    refuse(list, "socket", EAFNOSUPPORT);
    if (!pairs) {
        refuse(list, "socketpair", EAFNOSUPPORT);
        return;
    }
    allow_if(list, "socketpair", equal(0, AF_UNIX));
    refuse_if(list, "socketpair", EAFNOSUPPORT, not_equal(0, AF_UNIX));
}

/* Huge pages that an administrator has reserved are counted by no memory cgroup. And whoever has CAP_SYS_ADMIN, as a zygote, may
 * declare pages broken, also those that others use: to everybody else the kernel says EPERM. */
static void add_memory(struct rule_list *list, bool memory_files)
{
    static const unsigned breaking[] = {MADV_HWPOISON, 101 /* MADV_SOFT_OFFLINE */};
    allow_words(list, "madvise", 2, advices, COUNT(advices));
    for (size_t i = 0; i < COUNT(breaking); i++)
        refuse_if(list, "madvise", EPERM, word(2, breaking[i]));
    allow_if(list, "mmap", masked(3, MAP_HUGETLB, 0));
    refuse_if(list, "mmap", ENOMEM, masked(3, MAP_HUGETLB, MAP_HUGETLB));
    if (!memory_files)
        return;
    allow_if(list, "memfd_create", masked(1, MFD_HUGETLB, 0));
    refuse_if(list, "memfd_create", ENOMEM, masked(1, MFD_HUGETLB, MFD_HUGETLB));
}

/* Record locks are kernel memory that is not counted either, without a bound. Locks of flock(2) can be had on the view's files:
 * runs could signal each other by them, and hold up whoever locks these on the host. Only compilers lock what they cache. */
static void add_locks(struct rule_list *list, bool locks)
{
    static const unsigned record_locks[] = {F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW};
    if (locks)
        add(list, (struct rule){.name = "flock", .action = RULE_ALLOW});
    else
        refuse(list, "flock", ENOLCK);
    allow_equals(list, "fcntl", 1, fcntl_commands, COUNT(fcntl_commands));
    for (size_t i = 0; i < COUNT(record_locks); i++) {
        if (locks)
            allow_if(list, "fcntl", equal(1, record_locks[i]));
        else
            refuse_if(list, "fcntl", ENOLCK, equal(1, record_locks[i]));
    }
}

/* All resource limits may be read and lowered but that of core dumps: see set_limits in child.c. */
static void add_limits(struct rule_list *list)
{
    unsigned others[RLIM_NLIMITS];
    size_t count = 0;
    for (unsigned resource = 0; resource < RLIM_NLIMITS; resource++)
        if (resource != RLIMIT_CORE)
            others[count++] = resource;
    allow_words(list, "setrlimit", 0, others, count);
    refuse_if(list, "setrlimit", EPERM, word(0, RLIMIT_CORE));
    allow_words(list, "prlimit64", 1, others, count);
    add(list, (struct rule){.name = "prlimit64", .action = RULE_ALLOW, .tests = {word(1, RLIMIT_CORE), equal(2, 0)}});
    add(list, (struct rule){.name = "prlimit64", .action = RULE_REFUSE, .error = EPERM,
                            .tests = {word(1, RLIMIT_CORE), not_equal(2, 0)}});
}

size_t seccomp_rules(enum policy_family family, bool zygote, struct rule rules[RULES_MAX])
{
    struct rule_list list = {.rules = rules};
    add_names(&list, RULE_ALLOW, native, COUNT(native));
    if (family >= POLICY_MANAGED)
        add_names(&list, RULE_ALLOW, managed, COUNT(managed));
    if (family >= POLICY_SHELL)
        add_names(&list, RULE_ALLOW, shell, COUNT(shell));
    add_names(&list, RULE_HOSTILE, hostile, COUNT(hostile));
    if (zygote) /* its child enters the run's ruleset after the fork, and so under the filter */
        add(&list, (struct rule){.name = "landlock_restrict_self", .action = RULE_ALLOW});
    for (size_t i = 0; i < COUNT(pretended); i++)
        refuse(&list, pretended[i], 0);
    add_clone(&list, family >= POLICY_SHELL, zygote);
    add_execution(&list, family >= POLICY_SHELL, zygote);
    add_sockets(&list, family >= POLICY_MANAGED);
    add_memory(&list, family == POLICY_TOOLCHAIN); /* memory files can be executed */
    add_locks(&list, family == POLICY_TOOLCHAIN);
    add_limits(&list);
    refuse_if(&list, "sched_setscheduler", 0, word(1, SCHED_OTHER)); /* what every thread has already: Mono insists on it */
    allow_equals(&list, "prctl", 0, prctl_options, COUNT(prctl_options));
    allow_equals(&list, "personality", 0, personas, COUNT(personas));
    allow_equals(&list, "ioctl", 1, ioctl_requests, COUNT(ioctl_requests));
    return list.count;
}

static const char *const names[POLICY_COUNT] = {"native", "managed", "shell", "toolchain"};

const char *policy_family_name(enum policy_family family)
{
    return names[family];
}

int policy_family_find(const char *name)
{
    for (int family = 0; family < POLICY_COUNT; family++)
        if (strcmp(names[family], name) == 0)
            return family;
    return -1;
}
