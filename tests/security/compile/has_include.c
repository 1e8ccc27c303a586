//! attack: learn which files the host has without reading them; none of them is there
//! verdict: ok
//! stdout: nothing
#include <stdio.h>
int main(void)
{
#if __has_include("@HOST_FILE@") || __has_include("/etc/shadow") || __has_include("/etc/hostname") || __has_include("/etc/machine-id")
    puts("something");
#endif
#if __has_include("/proc/1/environ") || __has_include("/sys/kernel/notes") || __has_include("/var/lib/dpkg/status")
    puts("something");
#endif
    return puts("nothing") < 0;
}
