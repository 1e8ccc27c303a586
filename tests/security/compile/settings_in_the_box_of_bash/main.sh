#! attack: files that a shell reads when it starts, and commands under the names of real ones
#! verdict: ok
#! stdout: clean
cat /dev/null
echo clean
