<?php
// @EXPECTED_RESULTS@: OUTPUT-LIMIT
// An echo in the harbour that never dies away.
$name = fgets(STDIN);
while (true) {
    echo str_repeat(strrev($name), 100);
}
