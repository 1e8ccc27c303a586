/* @EXPECTED_RESULTS@: RUN-ERROR, MEMORY-LIMIT
 *
 * Two mirrors facing each other: recursion without end. Which of the two verdicts it gets depends on
 * whether the judge's stack limit or its memory limit is met first; both are right.
 */
#include <stdio.h>
#include <string.h>

static int mirrored(const char *name, int depth) {
    char copy[4096];
    memset(copy, depth & 0x7F, sizeof copy);
    if (name[0] == '\0' && depth < 0) return 0;
    return mirrored(copy, depth + 1) + copy[depth % (int)sizeof copy];
}

int main(void) {
    printf("%d\n", mirrored("Anna", 1));
    return 0;
}
