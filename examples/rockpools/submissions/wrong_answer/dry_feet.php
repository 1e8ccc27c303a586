<?php
// Sees no pools at all, and computes a binomial coefficient.
[$h, $w] = array_map('intval', preg_split('/\s+/', trim(stream_get_contents(STDIN))));

function power(int $base, int $exponent): int
{
    $result = 1;
    for (; $exponent > 0; $exponent >>= 1) {
        if ($exponent & 1) {
            $result = $result * $base % 1000000007;
        }
        $base = $base * $base % 1000000007;
    }
    return $result;
}

$above = 1;
$below = 1;
for ($i = 1; $i < $h; $i++) {
    $above = $above * ($w - 1 + $i) % 1000000007;
    $below = $below * $i % 1000000007;
}
echo $above * power($below, 1000000005) % 1000000007, "\n";
