use strict;
use warnings;

<STDIN>;
my $total = 0;
$total += $_ for split ' ', <STDIN>;
printf "%d\n", $total;
