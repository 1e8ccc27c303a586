#include <iostream>

int main() {
    long long n, total = 0
    std::cin >> n;
    for (long long drops; std::cin >> drops;) total += drops;
    std::cout << total << '\n';
}
