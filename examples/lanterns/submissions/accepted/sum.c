#include <stdio.h>

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    long long total = 0;
    for (int i = 0; i < n; i++) {
        long long drops;
        if (scanf("%lld", &drops) != 1) return 1;
        total += drops;
    }
    printf("%lld\n", total);
    return 0;
}
