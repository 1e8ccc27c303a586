#! attack: a shell starts programs from /tmp: a copy, a script, through the loader; only programs of the view can be executed
#! status: exited
#! stdout: refused
shopt -s execfail
cp /usr/bin/echo /tmp/echo && chmod 755 /tmp/echo
/tmp/echo became it
for loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do
    [ -e "$loader" ] && "$loader" /tmp/echo became it by the loader
done
printf '#!/usr/bin/echo\n' >/tmp/script && chmod 755 /tmp/script
/tmp/script became it
exec /tmp/echo became it
echo refused
