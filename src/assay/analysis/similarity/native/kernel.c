/* kernel.c: see kernel.h. */
#include "kernel.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1u
#define BASE UINT64_C(0x9E3779B97F4A7C15) /* odd, so that no token's weight in a k-gram vanishes */
#define RUNS_FIRST 256u
#define RUNS_MAX (UINT32_C(1) << 22) /* 48 MiB of runs: past this two programs are one thing repeated */
#define CUT_BIT (UINT32_C(1) << 31)

uint32_t kernel_version(void)
{
    return VERSION;
}

/* --- fingerprints ------------------------------------------------------------------------------------- */

/* The finalizer of splitmix64: neighbouring k-grams shall not have neighbouring hashes. */
static uint64_t mixed(uint64_t hash)
{
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94D049BB133111EB);
    return hash ^ (hash >> 31);
}

static uint64_t hash_of(const uint32_t *tokens, uint32_t k)
{
    uint64_t hash = 0;
    for (uint32_t at = 0; at < k; at++)
        hash = hash * BASE + tokens[at];
    return mixed(hash);
}

/* One stretch without breaks. The window is short, so looking through it beats keeping it in order. */
static uint32_t winnow_stretch(const uint32_t *tokens, uint32_t count, uint32_t k, uint32_t window, uint64_t *out)
{
    if (count < k)
        return 0;
    const uint32_t grams = count - k + 1;
    const uint32_t size = window < grams ? window : grams;
    uint32_t found = 0;
    uint32_t least_at = 0;
    uint64_t least = UINT64_MAX;
    bool is_new = true;
    for (uint32_t at = 0; at < grams; at++) {
        const uint64_t hash = hash_of(tokens + at, k);
        if (at < size ? hash <= least : hash < least) { /* robust: of equals the one that is taken already */
            least = hash;
            least_at = at;
            is_new = true;
        } else if (at - least_at >= size) { /* it left the window: the last of the least that are in it */
            least = UINT64_MAX;
            for (uint32_t other = at - size + 1; other <= at; other++) {
                const uint64_t candidate = hash_of(tokens + other, k);
                if (candidate <= least) {
                    least = candidate;
                    least_at = other;
                }
            }
            is_new = true;
        }
        if (is_new && at + 1 >= size) {
            out[found++] = least;
            is_new = false;
        }
    }
    return found;
}

uint32_t kernel_winnow(const uint32_t *tokens, uint32_t count, uint32_t k, uint32_t window, uint64_t *out)
{
    uint32_t found = 0;
    uint32_t start = 0;
    for (uint32_t at = 0; at <= count; at++) {
        if (at < count && tokens[at] != 0)
            continue;
        found += winnow_stretch(tokens + start, at - start, k, window, out + found);
        start = at + 1;
    }
    return found;
}

/* --- tiles -------------------------------------------------------------------------------------------- */

/* What one tiling needs, kept from pair to pair. */
struct workspace {
    uint32_t *heads; /* by a hash of `shortest` tokens: where in b, plus one; 0 for nowhere */
    uint32_t *nexts; /* for a place in b the next one with this hash */
    uint8_t *taken_a;
    uint8_t *taken_b;
    struct tile *runs; /* a heap, the next to be taken first */
    uint32_t run_count;
    uint32_t run_room;
    uint32_t head_room;
    uint32_t a_room;
    uint32_t b_room;
    uint64_t steps_left;
};

static void workspace_end(struct workspace *work)
{
    free(work->heads);
    free(work->nexts);
    free(work->taken_a);
    free(work->taken_b);
    free(work->runs);
}

static bool grown(void **memory, uint32_t *room, uint32_t count, size_t size)
{
    if (*memory != NULL && *room >= count)
        return true;
    void *more = realloc(*memory, ((size_t)count + 1) * size);
    if (more == NULL)
        return false;
    *memory = more;
    *room = count;
    return true;
}

static bool workspace_for(struct workspace *work, uint32_t na, uint32_t nb, uint32_t head_count)
{
    uint32_t next_room = work->b_room;
    return grown((void **)&work->heads, &work->head_room, head_count, sizeof(*work->heads)) &&
           grown((void **)&work->nexts, &next_room, nb, sizeof(*work->nexts)) &&
           grown((void **)&work->taken_a, &work->a_room, na, 1) && grown((void **)&work->taken_b, &work->b_room, nb, 1);
}

static bool step(struct workspace *work, uint64_t count)
{
    if (work->steps_left < count)
        return false;
    work->steps_left -= count;
    return true;
}

/* Greedy string tiling's order: the longest, the first in a, the first in b. */
static bool comes_first(struct tile one, struct tile other)
{
    if (one.length != other.length)
        return one.length > other.length;
    return one.a != other.a ? one.a < other.a : one.b < other.b;
}

static int push_run(struct workspace *work, struct tile run)
{
    if (work->run_count == RUNS_MAX)
        return KERNEL_CUT;
    if (work->run_count == work->run_room) {
        const uint32_t room = work->run_room == 0 ? RUNS_FIRST : work->run_room * 2;
        if (!grown((void **)&work->runs, &work->run_room, room, sizeof(*work->runs)))
            return KERNEL_NO_MEMORY;
    }
    uint32_t at = work->run_count++;
    while (at > 0 && comes_first(run, work->runs[(at - 1) / 2])) {
        work->runs[at] = work->runs[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    work->runs[at] = run;
    return KERNEL_DONE;
}

static struct tile pop_run(struct workspace *work)
{
    const struct tile first = work->runs[0];
    const struct tile last = work->runs[--work->run_count];
    uint32_t at = 0;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= work->run_count)
            break;
        if (child + 1 < work->run_count && comes_first(work->runs[child + 1], work->runs[child]))
            child++;
        if (!comes_first(work->runs[child], last))
            break;
        work->runs[at] = work->runs[child];
        at = child;
    }
    work->runs[at] = last;
    return first;
}

static uint32_t bucket_of(const uint32_t *tokens, uint32_t shortest, uint32_t mask)
{
    return (uint32_t)hash_of(tokens, shortest) & mask;
}

/* Every longest run on a diagonal with at least `shortest` tokens: none can be made longer on either side. */
static int find_runs(struct workspace *work, const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb,
                     uint32_t shortest, uint32_t mask)
{
    memset(work->heads, 0, ((size_t)mask + 1) * sizeof(*work->heads));
    for (uint32_t at = nb - shortest + 1; at-- > 0;) { /* from the end, so that the lists begin with the first */
        const uint32_t bucket = bucket_of(b + at, shortest, mask);
        work->nexts[at] = work->heads[bucket];
        work->heads[bucket] = at + 1;
    }
    for (uint32_t i = 0; i + shortest <= na; i++) {
        for (uint32_t next = work->heads[bucket_of(a + i, shortest, mask)]; next != 0; next = work->nexts[next - 1]) {
            const uint32_t j = next - 1;
            if (!step(work, 1))
                return KERNEL_CUT;
            if (i > 0 && j > 0 && a[i - 1] == b[j - 1] && a[i - 1] != 0)
                continue; /* it began before */
            uint32_t length = 0;
            while (i + length < na && j + length < nb && a[i + length] == b[j + length] && a[i + length] != 0)
                length++;
            if (!step(work, length))
                return KERNEL_CUT;
            if (length < shortest)
                continue;
            const int result = push_run(work, (struct tile){.a = i, .b = j, .length = length});
            if (result != KERNEL_DONE)
                return result;
        }
    }
    return KERNEL_DONE;
}

/* What tiles left of a run: its stretches that are still free and long enough. */
static int push_rest(struct workspace *work, struct tile run, uint32_t shortest)
{
    uint32_t start = 0;
    for (uint32_t at = 0; at <= run.length; at++) {
        if (at < run.length && !work->taken_a[run.a + at] && !work->taken_b[run.b + at])
            continue;
        if (at - start >= shortest) {
            const struct tile rest = {.a = run.a + start, .b = run.b + start, .length = at - start};
            const int result = push_run(work, rest);
            if (result != KERNEL_DONE)
                return result;
        }
        start = at + 1;
    }
    return KERNEL_DONE;
}

static bool is_free(const struct workspace *work, struct tile run)
{
    return memchr(work->taken_a + run.a, 1, run.length) == NULL && memchr(work->taken_b + run.b, 1, run.length) == NULL;
}

/* The longest run that is free becomes a tile. One of which a tile took a part is put back as what is left: that
 * is shorter, so its turn comes when all longer ones had theirs, as if it had been searched for anew. */
static int take_runs(struct workspace *work, uint32_t shortest, struct tile *tiles, uint32_t *tile_count)
{
    while (work->run_count > 0) {
        const struct tile run = pop_run(work);
        if (!step(work, run.length))
            return KERNEL_CUT;
        if (!is_free(work, run)) {
            const int result = push_rest(work, run, shortest);
            if (result != KERNEL_DONE)
                return result;
            continue;
        }
        memset(work->taken_a + run.a, 1, run.length);
        memset(work->taken_b + run.b, 1, run.length);
        tiles[(*tile_count)++] = run;
    }
    return KERNEL_DONE;
}

static int tile_in(struct workspace *work, const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb,
                   uint32_t shortest, struct tile *tiles, uint32_t *tile_count)
{
    *tile_count = 0;
    if (shortest == 0 || na < shortest || nb < shortest)
        return KERNEL_DONE;
    uint32_t head_count = 1;
    while (head_count < nb)
        head_count *= 2;
    if (!workspace_for(work, na, nb, head_count))
        return KERNEL_NO_MEMORY;
    memset(work->taken_a, 0, na);
    memset(work->taken_b, 0, nb);
    work->run_count = 0;
    const uint64_t steps = work->steps_left;
    const int found = find_runs(work, a, na, b, nb, shortest, head_count - 1);
    if (found == KERNEL_NO_MEMORY)
        return found;
    work->steps_left = steps; /* what was found in time is worth as many steps again */
    const int taken = take_runs(work, shortest, tiles, tile_count);
    return taken == KERNEL_DONE ? found : taken;
}

int kernel_tile(const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb, uint32_t shortest, uint64_t steps_max,
                struct tile *tiles, uint32_t *tile_count)
{
    struct workspace work = {.steps_left = steps_max};
    const int result = tile_in(&work, a, na, b, nb, shortest, tiles, tile_count);
    workspace_end(&work);
    return result;
}

int kernel_cover(const uint32_t *tokens, const uint64_t *starts, const struct pair *pairs, uint64_t pair_count,
                 uint32_t shortest, uint64_t steps_max, uint32_t *covered)
{
    struct workspace work = {0};
    struct tile *tiles = NULL;
    uint32_t tile_room = 0;
    int result = KERNEL_DONE;
    for (uint64_t at = 0; at < pair_count && result != KERNEL_NO_MEMORY; at++) {
        const uint32_t *a = tokens + starts[pairs[at].a];
        const uint32_t *b = tokens + starts[pairs[at].b];
        const uint32_t na = (uint32_t)(starts[pairs[at].a + 1] - starts[pairs[at].a]);
        const uint32_t nb = (uint32_t)(starts[pairs[at].b + 1] - starts[pairs[at].b]);
        if (!grown((void **)&tiles, &tile_room, na, sizeof(*tiles))) {
            result = KERNEL_NO_MEMORY;
            break;
        }
        uint32_t tile_count = 0;
        work.steps_left = steps_max * ((uint64_t)na + nb);
        result = tile_in(&work, a, na, b, nb, shortest, tiles, &tile_count);
        uint32_t sum = 0;
        for (uint32_t tile = 0; tile < tile_count; tile++)
            sum += tiles[tile].length;
        covered[at] = result == KERNEL_CUT ? sum | CUT_BIT : sum;
    }
    free(tiles);
    workspace_end(&work);
    return result == KERNEL_NO_MEMORY ? KERNEL_NO_MEMORY : KERNEL_DONE;
}
