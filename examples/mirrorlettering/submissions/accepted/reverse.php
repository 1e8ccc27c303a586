<?php
$n = (int) fgets(STDIN);
while ($n-- > 0) {
    $characters = preg_split('//u', rtrim(fgets(STDIN), "\n"), -1, PREG_SPLIT_NO_EMPTY);
    echo implode('', array_reverse($characters)), "\n";
}
