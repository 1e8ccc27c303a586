// Looks one square past the edge; std::vector::at throws, nobody catches, the program aborts.
#include <iostream>
#include <vector>

int main() {
    int h, w, a, b, p, t;
    std::cin >> h >> w >> a >> b >> p >> t;
    std::vector<int> ways(w);
    ways[0] = 1;
    for (int r = 0; r < h; r++) {
        for (int c = 0; c < w; c++) {
            if (c > 0) ways[c] = (ways[c] + ways[c - 1]) % 1'000'000'007;
            if ((a * r + b * c + r * c) % p < t && r + c > 0 && r + c < h + w - 2) ways[c] = 0;
        }
    }
    std::cout << ways.at(w) << '\n';
}
