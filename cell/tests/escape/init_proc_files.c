//! attack: opens everything that /proc has of pid 1 and of its parent: root, memory, descriptors, environment; all is invisible
//! status: exited
//! stdout: untouched
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    const char *const names[] = {"root",    "root/etc/shadow", "cwd", "exe", "fd",      "fd/0",    "fd/1",  "fdinfo", "mem", "maps",
                                 "environ", "cmdline",         "stat", "status", "ns/mnt", "ns/pid", "ns/user", "stack", "mountinfo",
                                 "cgroup",  "oom_score_adj",   "task/1/children", "map_files", "timers", "limits"};
    for (unsigned pid = 0; pid <= 1; pid++)
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
            char path[64], link[256];
            snprintf(path, sizeof path, "/proc/%u/%s", pid, names[i]);
            if (open(path, O_RDONLY) >= 0 || open(path, O_WRONLY) >= 0 || open(path, O_PATH | O_NOFOLLOW) >= 0
                || readlink(path, link, sizeof link) >= 0)
                puts(path);
        }
    return puts("untouched") < 0;
}
