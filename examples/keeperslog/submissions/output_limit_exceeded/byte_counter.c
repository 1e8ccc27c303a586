/* An 8-bit step counter starts again at 0 after 255: with 8 shutters the night never ends. */
#include <stdint.h>
#include <stdio.h>

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    for (uint8_t step = 1; step < 1u << n; step++) {
        int shutter = 1;
        while (shutter < n && !(step >> (shutter - 1) & 1)) shutter++;
        printf("%d %d\n", shutter, __builtin_popcount(step ^ step >> 1));
    }
    return 0;
}
