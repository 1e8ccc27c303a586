// Keeps one row: before a square is updated, it holds the ways from the north.
#include <cstdint>
#include <iostream>
#include <vector>

int main() {
    constexpr std::uint32_t modulus = 1'000'000'007;
    int h, w, a, b, p, t;
    std::cin >> h >> w >> a >> b >> p >> t;
    std::vector<std::uint32_t> ways(w);
    ways[0] = 1;
    for (int r = 0; r < h; r++) {
        // The formula grows by b + r from one column to the next: no division in the inner loop.
        int value = a * r % p;
        const int step = (b + r) % p;
        std::uint32_t west = 0;
        for (int c = 0; c < w; c++) {
            const bool is_end = (r == 0 && c == 0) || (r == h - 1 && c == w - 1);
            west += ways[c];
            if (west >= modulus) west -= modulus;
            if (value < t && !is_end) west = 0;
            ways[c] = west;
            value += step;
            if (value >= p) value -= p;
        }
    }
    std::cout << ways[w - 1] << '\n';
}
