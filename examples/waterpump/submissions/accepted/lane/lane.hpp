#pragma once

#include <vector>

struct House {
    double x;
    double y;
};

/// Length of all pipes, in metres, if the pump stands `place` metres east of the lane's middle.
double pipe_m(const std::vector<House> &houses, double place);
