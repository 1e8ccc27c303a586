/* Adds up in 32 bits: right for a small pier, wrong for a thirsty one. */
#include <stdint.h>
#include <stdio.h>

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    uint32_t total = 0;
    for (int i = 0; i < n; i++) {
        uint32_t drops;
        if (scanf("%u", &drops) != 1) return 1;
        total += drops;
    }
    printf("%d\n", (int32_t)total);
    return 0;
}
