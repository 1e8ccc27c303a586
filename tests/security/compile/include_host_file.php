<?php
//! attack: include files of the host, by name and by stream
//! verdict: ok
//! stdout: done
foreach (['@HOST_FILE@', 'file://@HOST_FILE@', 'php://filter/read=convert.base64-encode/resource=@HOST_FILE@', 'phar://@HOST_FILE@/x', 'glob://@HOST_FILE@', '/etc/shadow', 'http://127.0.0.1/', 'expect://id'] as $name) {
    @include $name;
    echo @file_get_contents($name);
}
echo "done\n";
