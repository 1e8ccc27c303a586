<?php
// Follows the keeper's rule to the letter instead of counting in binary.
$n = (int) fgets(STDIN);
$isOpen = array_fill(1, $n, false);
$open = 0;
$log = [];
for ($step = 1; $step < 1 << $n; $step++) {
    $shutter = 1;
    if ($step % 2 === 0) {
        while (!$isOpen[$shutter]) {
            $shutter++;
        }
        $shutter++;
    }
    $isOpen[$shutter] = !$isOpen[$shutter];
    $open += $isOpen[$shutter] ? 1 : -1;
    $log[] = "$shutter $open\n";
}
echo implode('', $log);
