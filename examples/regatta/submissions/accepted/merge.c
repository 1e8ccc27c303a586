/* Merge sort from the bottom up, without recursion. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int n;
    int64_t speed;
    if (scanf("%d %ld", &n, &speed) != 2) return 1;
    int32_t *from = malloc((size_t)n * sizeof *from), *to = malloc((size_t)n * sizeof *to);
    if (from == NULL || to == NULL) return 1;
    for (int i = 0; i < n; i++) {
        from[i] = (int32_t)speed;
        speed = speed * 48271 % 2147483647;
    }
    int64_t toasts = 0;
    for (int width = 1; width < n; width *= 2) {
        for (int low = 0; low < n; low += 2 * width) {
            const int middle = low + width < n ? low + width : n;
            const int high = low + 2 * width < n ? low + 2 * width : n;
            int left = low, right = middle;
            for (int i = low; i < high; i++) {
                if (right == high || (left < middle && from[left] < from[right])) {
                    to[i] = from[left++];
                } else {
                    to[i] = from[right++];
                    toasts += left - low;
                }
            }
        }
        int32_t *swap = from;
        from = to;
        to = swap;
    }
    printf("%lld\n", (long long)toasts);
    free(from);
    free(to);
    return 0;
}
