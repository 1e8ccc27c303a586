#include <stdio.h>

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    for (unsigned step = 1; step < 1u << n; step++) {
        unsigned pattern = step ^ step >> 1;
        printf("%d %d\n", __builtin_ctz(step) + 1, __builtin_popcount(pattern));
    }
    return 0;
}
