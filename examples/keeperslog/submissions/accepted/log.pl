use strict;
use warnings;

# The first half of the night, the last shutter, and the first half once more, backwards.
my $n = <STDIN>;
my @moves;
@moves = (@moves, $_, @moves) for 1 .. $n;
my (@is_open, $open);
for my $shutter (@moves) {
    $is_open[$shutter] = !$is_open[$shutter];
    $open += $is_open[$shutter] ? 1 : -1;
    print "$shutter $open\n";
}
