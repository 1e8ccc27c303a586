// Tries every whole metre of the lane, and misses the places between them.
#include <algorithm>
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
    double best = 1e18;
    for (int place = -10000; place <= 10000; place++) {
        double total = 0;
        for (int i = 0; i < n; i++) total += std::sqrt((xs[i] - place) * (xs[i] - place) + ys[i] * ys[i]);
        best = std::min(best, total);
    }
    std::printf("%.9f\n", best);
}
