// Walks every single way. There are more of them than there are grains of sand.
#include <iostream>

namespace {

int h, w, a, b, p, t;

long long ways(int r, int c) {
    if (r >= h || c >= w) return 0;
    if (r == h - 1 && c == w - 1) return 1;
    if ((a * r + b * c + r * c) % p < t && r + c > 0) return 0;
    return (ways(r + 1, c) + ways(r, c + 1)) % 1'000'000'007;
}

}  // namespace

int main() {
    std::cin >> h >> w >> a >> b >> p >> t;
    std::cout << ways(0, 0) << '\n';
}
