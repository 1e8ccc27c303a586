use strict;
use warnings;
use open qw(:std :encoding(UTF-8));

my $n = <STDIN>;
while ($n-- > 0) {
    chomp(my $name = <STDIN>);
    print scalar reverse($name), "\n";
}
