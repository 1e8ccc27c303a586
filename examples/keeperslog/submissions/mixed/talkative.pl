use strict;
use warnings;

# @EXPECTED_RESULTS@: OUTPUT-LIMIT
# Writes the weather down as well, in every step of a long night: 300 MB of it.
my $n = <STDIN>;
my @moves;
@moves = (@moves, $_, @moves) for 1 .. $n;
my (@is_open, $open);
for my $shutter (@moves) {
    $is_open[$shutter] = !$is_open[$shutter];
    $open += $is_open[$shutter] ? 1 : -1;
    print "$shutter $open\n";
    print 'The night is dark and the sea is loud, and my arms are tired. ' x 20, "\n" if @moves > 100_000;
}
