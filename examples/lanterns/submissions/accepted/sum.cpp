#include <cstdint>
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    std::int64_t total = 0;
    for (std::int64_t drops; n-- > 0 && std::cin >> drops;) total += drops;
    std::cout << total << '\n';
}
