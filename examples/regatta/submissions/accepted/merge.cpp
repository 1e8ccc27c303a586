// Merge sort: while merging, each boat of the right half passes all boats that were taken from the left.
#include <cstdint>
#include <iostream>
#include <vector>

namespace {

std::int64_t sort_and_count(std::vector<std::int32_t> &speeds, std::vector<std::int32_t> &spare, int low, int high) {
    if (high - low < 2) return 0;
    const int middle = low + (high - low) / 2;
    std::int64_t toasts = sort_and_count(speeds, spare, low, middle) + sort_and_count(speeds, spare, middle, high);
    int left = low, right = middle;
    for (int i = low; i < high; i++) {
        if (right == high || (left < middle && speeds[left] < speeds[right])) {
            spare[i] = speeds[left++];
        } else {
            spare[i] = speeds[right++];
            toasts += left - low;
        }
    }
    for (int i = low; i < high; i++) speeds[i] = spare[i];
    return toasts;
}

}  // namespace

int main() {
    int n;
    std::int64_t speed;
    std::cin >> n >> speed;
    std::vector<std::int32_t> speeds(n), spare(n);
    for (auto &entry : speeds) {
        entry = static_cast<std::int32_t>(speed);
        speed = speed * 48271 % 2147483647;
    }
    std::cout << sort_and_count(speeds, spare, 0, n) << '\n';
}
