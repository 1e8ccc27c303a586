/* What similarity does too often for Python: fingerprints of token sequences, and tiles that two of them share.
 *
 * Tokens are numbers; 0 is a break that is equal to nothing, itself included. Nothing here keeps a state, so any
 * number of threads may call at once. Each function has a twin in the tests (twin.py) that says in Python what comes out.
 */
#ifndef ASSAY_SIMILARITY_KERNEL_H
#define ASSAY_SIMILARITY_KERNEL_H

#include <stdint.h>

#define KERNEL_API __attribute__((visibility("default")))

/* A stretch of `length` tokens that is the same from `a` on in one sequence and from `b` on in the other. */
struct tile {
    uint32_t a;
    uint32_t b;
    uint32_t length;
};

/* What is compared with what: two numbers of sequences. */
struct pair {
    uint32_t a;
    uint32_t b;
};

enum kernel_result {
    KERNEL_DONE = 0,
    KERNEL_CUT = 1, /* the bound on steps was reached: the tiles so far, which are right */
    KERNEL_NO_MEMORY = -1,
};

/* A number that changes whenever what the functions take or give does. */
KERNEL_API uint32_t kernel_version(void);

/* The fingerprints of a sequence by robust winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003): of each
 * `window` neighbouring k-grams the one with the least hash, the last of equals. A stretch between breaks that
 * has fewer k-grams gives its least one. `out` has room for `count` hashes. Gives how many there are. */
KERNEL_API uint32_t kernel_winnow(const uint32_t *tokens, uint32_t count, uint32_t k, uint32_t window, uint64_t *out);

/* Greedy string tiling (Wise, 1993): again and again the longest stretch that both have and no tile has yet, the
 * first in `a`, then in `b`, of equals, down to `shortest` tokens. `tiles` has room for na / shortest. */
KERNEL_API int kernel_tile(const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb, uint32_t shortest,
                           uint64_t steps_max, struct tile *tiles, uint32_t *tile_count);

/* How many tokens tiles cover, for many pairs of sequences. Sequence s is tokens[starts[s]] up to
 * tokens[starts[s + 1]]; steps_max is for each token of a pair. A pair that was cut has its bit 31 set. */
KERNEL_API int kernel_cover(const uint32_t *tokens, const uint64_t *starts, const struct pair *pairs, uint64_t pair_count,
                            uint32_t shortest, uint64_t steps_max, uint32_t *covered);

#endif
