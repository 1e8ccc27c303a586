/* seccomp_policy.c: see seccomp_policy.h. */
#include "seccomp_policy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint32_t action_of(const struct rule *rule)
{
    switch (rule->action) {
    case RULE_ALLOW: return SCMP_ACT_ALLOW;
    case RULE_HOSTILE: return SCMP_ACT_NOTIFY;
    case RULE_REFUSE: return SCMP_ACT_ERRNO((uint32_t)rule->error);
    }
    return SCMP_ACT_KILL_PROCESS;
}

static struct scmp_arg_cmp compare(const struct argument_test *test)
{
    struct scmp_arg_cmp comparison = {.arg = test->argument, .op = SCMP_CMP_EQ, .datum_a = test->value};
    switch (test->test) {
    case TEST_NONE:
    case TEST_EQUAL:
        break;
    case TEST_NOT_EQUAL:
        comparison.op = SCMP_CMP_NE;
        break;
    case TEST_MASKED:
        comparison.op = SCMP_CMP_MASKED_EQ;
        comparison.datum_a = test->mask;
        comparison.datum_b = test->value;
        break;
    }
    return comparison;
}

static int add_rule(scmp_filter_ctx filter, const struct rule *rule)
{
    const int number = seccomp_syscall_resolve_name(rule->name);
    if (number < 0)
        return 0; /* another architecture's */
    struct scmp_arg_cmp comparisons[TESTS_MAX];
    unsigned count = 0;
    while (count < TESTS_MAX && rule->tests[count].test != TEST_NONE) {
        comparisons[count] = compare(&rule->tests[count]);
        count++;
    }
    return seccomp_rule_add_array(filter, action_of(rule), number, count, comparisons);
}

static int build(scmp_filter_ctx filter, enum policy_family family, bool zygote)
{
    struct rule rules[RULES_MAX];
    int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a binary tree: 62 µs to load, not 290 */
    if (error == 0)
        error = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    const size_t count = seccomp_rules(family, zygote, rules);
    for (size_t i = 0; error == 0 && i < count; i++)
        error = add_rule(filter, &rules[i]);
    return error;
}

static int export(scmp_filter_ctx filter, struct sock_fprog *program, struct fault *why)
{
    const int file = memfd_create("seccomp", MFD_CLOEXEC);
    if (file < 0)
        return fault_errno(why, "memfd_create");
    int outcome = -1;
    struct stat status;
    const int error = seccomp_export_bpf(filter, file);
    if (error < 0) {
        fault_set(why, "seccomp_export_bpf: %s", strerror(-error));
    } else if (fstat(file, &status) < 0) {
        fault_errno(why, "fstat");
    } else {
        const size_t size = (size_t)status.st_size;
        struct sock_filter *code = malloc(size);
        if (code != NULL && pread(file, code, size, 0) == (ssize_t)size) {
            program->filter = code;
            program->len = (unsigned short)(size / sizeof *code);
            outcome = 0;
        } else {
            fault_errno(why, "reading the compiled filter");
            free(code);
        }
    }
    close(file);
    return outcome;
}

static int compile(enum policy_family family, bool zygote, struct sock_fprog *program, struct fault *why)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (filter == NULL)
        return fault_set(why, "seccomp_init failed");
    const int error = build(filter, family, zygote);
    const int outcome =
        error < 0 ? fault_set(why, "building the seccomp filter: %s", strerror(-error)) : export(filter, program, why);
    seccomp_release(filter);
    return outcome;
}

int policies_compile(struct policies *policies, struct fault *why)
{
    for (int family = 0; family < POLICY_COUNT; family++)
        for (int zygote = 0; zygote < 2; zygote++)
            if (compile((enum policy_family)family, zygote != 0, &policies->programs[family][zygote], why) < 0)
                return -1;
    return 0;
}

void policies_free(struct policies *policies)
{
    for (int family = 0; family < POLICY_COUNT; family++)
        for (int zygote = 0; zygote < 2; zygote++)
            free(policies->programs[family][zygote].filter);
}

uint64_t policies_digest(const struct policies *policies)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (int p = 0; p < POLICY_COUNT * 2; p++) {
        const struct sock_fprog *program = &policies->programs[p / 2][p % 2];
        const unsigned char *bytes = (const unsigned char *)program->filter;
        for (size_t i = 0; i < program->len * sizeof *program->filter; i++)
            digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return digest;
}

int policy_load(const struct policies *policies, enum policy_family family, bool zygote)
{
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &policies->programs[family][zygote ? 1 : 0]);
}

/* A new process in no new namespace. The flags are a value in a register: nothing can change after this look. */
static bool is_fork(const struct seccomp_data *call)
{
    return call->nr == SYS_clone && (call->args[0] & (seccomp_namespace_flags() | CLONE_THREAD)) == 0;
}

static int answer(int listener, uint64_t id, int error)
{
    struct seccomp_notif_resp reply = {.id = id, .error = error,
                                       .flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0};
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) < 0 && errno != ENOENT ? -1 : 0;
}

static bool is_execution(const struct seccomp_data *call)
{
    return call->nr == SYS_execve || call->nr == SYS_execveat;
}

static bool may(enum zygote_right right, const struct seccomp_data *call)
{
    if (right == MAY_EXECUTE)
        return call->nr == SYS_execve;
    const bool enters = call->nr == SYS_setns && (call->args[1] == CLONE_NEWPID || call->args[1] == CLONE_NEWIPC);
    const bool hides = call->nr == SYS_unshare && call->args[0] == CLONE_NEWCGROUP;
    return right == MAY_FORK && (enters || hides || is_fork(call));
}

int policy_let(int listener, enum zygote_right right)
{
    struct seccomp_notif notification;
    memset(&notification, 0, sizeof notification); /* the kernel insists */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) < 0)
        return errno == ENOENT ? 0 : -1; /* whoever it was is gone */
    return may(right, &notification.data) ? answer(listener, notification.id, 0) : -1;
}

int policy_take_hostile(int listener, char *text, size_t size)
{
    struct seccomp_notif notification;
    memset(&notification, 0, sizeof notification); /* the kernel insists */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) < 0)
        return -1;
    if (is_fork(&notification.data) || is_execution(&notification.data)) {
        (void)answer(listener, notification.id, is_fork(&notification.data) ? -EPERM : 0); /* fails only if it is gone */
        return -1;
    }
    char *name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), notification.data.nr);
    snprintf(text, size, "%s (system call %d)", name == NULL ? "?" : name, notification.data.nr);
    free(name);
    return 0;
}
