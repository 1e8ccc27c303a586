/* seccomp_json.c: see seccomp_json.h. The format is that of Docker's seccomp profiles. */
#include "seccomp_json.h"

#include <errno.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>

/* The architecture as libseccomp's own tools spell it. */
static const char *architecture(void)
{
    return seccomp_arch_native() == SCMP_ARCH_AARCH64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";
}

static void print_test(const struct argument_test *test)
{
    switch (test->test) {
    case TEST_NONE:
        break;
    case TEST_EQUAL:
        printf("{\"index\": %u, \"value\": %" PRIu64 ", \"op\": \"SCMP_CMP_EQ\"}", test->argument, test->value);
        break;
    case TEST_NOT_EQUAL:
        printf("{\"index\": %u, \"value\": %" PRIu64 ", \"op\": \"SCMP_CMP_NE\"}", test->argument, test->value);
        break;
    case TEST_MASKED:
        printf("{\"index\": %u, \"value\": %" PRIu64 ", \"valueTwo\": %" PRIu64 ", \"op\": \"SCMP_CMP_MASKED_EQ\"}",
               test->argument, test->mask, test->value);
        break;
    }
}

static void print_tests(const struct rule *rule)
{
    if (rule->tests[0].test == TEST_NONE)
        return;
    printf(", \"args\": [");
    for (unsigned i = 0; i < TESTS_MAX && rule->tests[i].test != TEST_NONE; i++) {
        printf("%s", i == 0 ? "" : ", ");
        print_test(&rule->tests[i]);
    }
    printf("]");
}

static void print_rule(const struct rule *rule)
{
    printf("    {\"names\": [\"%s\"], ", rule->name);
    switch (rule->action) {
    case RULE_ALLOW:
        printf("\"action\": \"SCMP_ACT_ALLOW\"");
        break;
    case RULE_REFUSE:
        printf("\"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": %d", rule->error);
        break;
    case RULE_HOSTILE:
        printf("\"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": %d", EPERM);
        break;
    }
    print_tests(rule);
    printf("}");
}

int seccomp_json_print(enum policy_family family)
{
    struct rule rules[RULES_MAX];
    const size_t count = seccomp_rules(family, false, rules);
    printf("{\n  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n  \"defaultErrnoRet\": %d,\n  \"architectures\": [\"%s\"],\n"
           "  \"syscalls\": [\n",
           ENOSYS, architecture());
    const char *separator = "";
    for (size_t i = 0; i < count; i++) {
        if (seccomp_syscall_resolve_name(rules[i].name) < 0)
            continue;
        printf("%s", separator);
        print_rule(&rules[i]);
        separator = ",\n";
    }
    printf("\n  ]\n}\n");
    return ferror(stdout) != 0 || fflush(stdout) != 0 ? -1 : 0;
}
