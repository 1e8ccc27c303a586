#! attack: expansions that would run while the syntax is checked
#! verdict: ok
#! stdout: clean
: "$(test -w /box && touch /box/stolen)" ${x[$(test -w /box && touch /box/stolen)]}
[ -e /box/stolen ] && echo "executed while compiling"
cat < @HOST_FILE@ 2> /dev/null
echo "$(< /etc/shadow)" 2> /dev/null | grep .
echo clean
