//! attack: templates that need two to the power of sixty others, none of them deep
//! verdict: CE
//! limits: compile_time_ms=1000 compile_memory_bytes=268435456
template <unsigned long long N, int D> struct Tree {
    static const unsigned long long sum = Tree<2 * N, D - 1>::sum + Tree<2 * N + 1, D - 1>::sum;
};
template <unsigned long long N> struct Tree<N, 0> { static const unsigned long long sum = 1; };
int main() { return Tree<1, 60>::sum; }
