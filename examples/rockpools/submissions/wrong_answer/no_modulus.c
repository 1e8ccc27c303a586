/* Forgets the modulus until the end; by then 64 bits have overflowed many times. */
#include <stdint.h>
#include <stdio.h>

static uint64_t ways[8000];

int main(void) {
    int h, w, a, b, p, t;
    if (scanf("%d %d %d %d %d %d", &h, &w, &a, &b, &p, &t) != 6) return 1;
    ways[0] = 1;
    for (int r = 0; r < h; r++) {
        int value = a * r % p, step = (b + r) % p;
        uint64_t west = 0;
        for (int c = 0; c < w; c++) {
            west += ways[c];
            if (value < t && r + c > 0 && r + c < h + w - 2) west = 0;
            ways[c] = west;
            value += step;
            if (value >= p) value -= p;
        }
    }
    printf("%llu\n", (unsigned long long)(ways[w - 1] % 1000000007u));
    return 0;
}
