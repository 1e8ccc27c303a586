// Searches until both ends are closer than doubles can be: an endless loop.
#include <cmath>
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) return 1;
    std::vector<double> xs(n), ys(n);
    for (int i = 0; i < n; i++) {
        if (std::scanf("%lf %lf", &xs[i], &ys[i]) != 2) return 1;
    }
    const auto pipe_m = [&](double place) {
        double total = 0;
        for (int i = 0; i < n; i++) total += std::hypot(xs[i] - place, ys[i]);
        return total;
    };
    double west = -10000, east = 10001;
    while (east - west > 1e-18) {
        const double third = (east - west) / 3;
        if (pipe_m(west + third) < pipe_m(east - third)) {
            east -= third;
        } else {
            west += third;
        }
    }
    std::printf("%.9f\n", pipe_m(west));
}
