// Looks at each pair of boats: right, and far too slow when everyone takes part.
#include <cstdint>
#include <iostream>
#include <vector>

int main() {
    int n;
    std::int64_t speed;
    std::cin >> n >> speed;
    std::vector<std::int64_t> speeds(n);
    for (auto &entry : speeds) {
        entry = speed;
        speed = speed * 48271 % 2147483647;
    }
    std::int64_t toasts = 0;
    for (int j = 0; j < n; j++) {
        for (int i = 0; i < j; i++) {
            if (speeds[i] < speeds[j]) toasts++;
        }
    }
    std::cout << toasts << '\n';
}
