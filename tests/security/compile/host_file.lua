--! attack: load files of the host as programs
--! verdict: ok
--! stdout: nothing
for _, path in ipairs({"@HOST_FILE@", "/etc/shadow", "/proc/1/root@HOST_FILE@"}) do
    if io.open(path) or loadfile(path) then print("found " .. path) end
end
print("nothing")
