#include "lane.hpp"

#include <cmath>

double pipe_m(const std::vector<House> &houses, double place) {
    double total = 0;
    for (const House &house : houses) total += std::hypot(house.x - place, house.y);
    return total;
}
