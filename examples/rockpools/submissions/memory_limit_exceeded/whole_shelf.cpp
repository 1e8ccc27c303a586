// One 64-bit number for each square: 512 MB.
#include <cstdint>
#include <iostream>
#include <vector>

int main() {
    int h, w, a, b, p, t;
    std::cin >> h >> w >> a >> b >> p >> t;
    std::vector<std::vector<std::int64_t>> ways(h, std::vector<std::int64_t>(w));
    for (int r = 0; r < h; r++) {
        for (int c = 0; c < w; c++) {
            const bool is_start = r == 0 && c == 0, is_end = r == h - 1 && c == w - 1;
            if (is_start) {
                ways[r][c] = 1;
            } else if ((a * r + b * c + r * c) % p >= t || is_end) {
                ways[r][c] = ((r > 0 ? ways[r - 1][c] : 0) + (c > 0 ? ways[r][c - 1] : 0)) % 1'000'000'007;
            }
        }
    }
    std::cout << ways[h - 1][w - 1] << '\n';
}
