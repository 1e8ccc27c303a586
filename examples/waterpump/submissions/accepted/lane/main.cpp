// A program of several files: every .cpp of the folder is compiled, headers are found beside them.
#include <cstdio>

#include "lane.hpp"

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) return 1;
    std::vector<House> houses(n);
    for (House &house : houses) {
        if (std::scanf("%lf %lf", &house.x, &house.y) != 2) return 1;
    }
    double west = -10000, east = 10000;
    for (int step = 0; step < 100; step++) {
        const double third = (east - west) / 3;
        if (pipe_m(houses, west + third) < pipe_m(houses, east - third)) {
            east -= third;
        } else {
            west += third;
        }
    }
    std::printf("%.9f\n", pipe_m(houses, west));
}
