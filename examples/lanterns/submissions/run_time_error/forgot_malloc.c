/* Reads through a pointer that points nowhere: a segmentation fault. */
#include <stdio.h>

static long long *drops;

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0; i < n; i++) {
        if (scanf("%lld", &drops[i]) != 1) return 1;
    }
    long long total = 0;
    for (int i = 0; i < n; i++) total += drops[i];
    printf("%lld\n", total);
    return 0;
}
