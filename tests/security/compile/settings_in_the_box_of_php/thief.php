<?php echo 'thief ran';
