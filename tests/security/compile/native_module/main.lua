--! attack: a native library of one's own; text is no library, and the box of another language is not executed
--! verdict: ok
--! stdout: refused
print(package.loadlib("/box/thief.so", "*") and "loaded" or "refused")
