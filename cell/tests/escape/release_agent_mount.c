//! attack: mounts a v1 cgroup hierarchy to set its release_agent; seccomp refuses mount and ends the run
//! status: forbidden
//! detail: mount
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    mkdir("/tmp/group", 0700);
    if (mount("group", "/tmp/group", "cgroup", 0, "rdma") == 0 && open("/tmp/group/release_agent", O_WRONLY) >= 0)
        return puts("release_agent is open") < 0;
    return puts("the call was made") < 0;
}
