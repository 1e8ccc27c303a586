#include <stdint.h>
#include <stdio.h>

#define SIDE_MAX 8000
#define MODULUS 1000000007u

static uint32_t ways[SIDE_MAX];

int main(void) {
    int h, w, a, b, p, t;
    if (scanf("%d %d %d %d %d %d", &h, &w, &a, &b, &p, &t) != 6) return 1;
    ways[0] = 1;
    for (int r = 0; r < h; r++) {
        int value = a * r % p, step = (b + r) % p;
        uint32_t west = 0;
        for (int c = 0; c < w; c++) {
            west += ways[c];
            if (west >= MODULUS) west -= MODULUS;
            if (value < t && r + c > 0 && r + c < h + w - 2) west = 0;
            ways[c] = west;
            value += step;
            if (value >= p) value -= p;
        }
    }
    printf("%u\n", ways[w - 1]);
    return 0;
}
