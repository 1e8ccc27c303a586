<?php
//! attack: settings of one's own beside the program: files to execute before it, extensions
//! verdict: ok
//! stdout: clean
echo get_cfg_var('cfg_file_path') === '/box/php.ini' ? 'settings taken' : 'clean', "\n";
