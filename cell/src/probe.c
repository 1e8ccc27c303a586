/* probe.c: see probe.h. */
#include "probe.h"

#include "syscalls.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KERNEL_MAJOR_MIN = 5, KERNEL_MINOR_MIN = 15 }; /* mount_setattr, close_range, clone3 into a cgroup, nosymfollow */

static struct check *add(struct findings *findings, const char *name)
{
    struct check *check = &findings->checks[findings->count++];
    *check = (struct check){.name = name};
    return check;
}

static void settle(struct check *check, bool ok, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void settle(struct check *check, bool ok, const char *remedy, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(check->found, sizeof check->found, format, args);
    va_end(args);
    check->ok = ok;
    snprintf(check->remedy, sizeof check->remedy, "%s", ok ? "" : remedy);
}

static void check_kernel(struct findings *findings)
{
    struct check *check = add(findings, "kernel");
    struct utsname name;
    unsigned major = 0;
    unsigned minor = 0;
    if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2) {
        settle(check, false, "run on Linux", "uname failed");
        return;
    }
    const bool ok = major > KERNEL_MAJOR_MIN || (major == KERNEL_MAJOR_MIN && minor >= KERNEL_MINOR_MIN);
    settle(check, ok, "install a kernel of version 5.15 or later", "%s", name.release);
    check = add(findings, "architecture");
    settle(check, strcmp(name.machine, "x86_64") == 0 || strcmp(name.machine, "aarch64") == 0,
           "use an x86-64 or arm64 machine", "%s", name.machine);
}

static bool has_capability(unsigned capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2];
    return syscall(SYS_capget, &header, sets) == 0 && (sets[capability / 32].effective >> (capability % 32) & 1) != 0;
}

static bool check_root(struct findings *findings)
{
    static const struct {
        unsigned number;
        const char *name;
    } needed[] = {{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}, {CAP_SETUID, "CAP_SETUID"},   {CAP_SETGID, "CAP_SETGID"},
                  {CAP_SETPCAP, "CAP_SETPCAP"},     {CAP_KILL, "CAP_KILL"},       {CAP_CHOWN, "CAP_CHOWN"},
                  {CAP_FOWNER, "CAP_FOWNER"},       {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"},
                  {CAP_SYS_CHROOT, "CAP_SYS_CHROOT"}};
    struct check *check = add(findings, "root");
    if (geteuid() != 0) {
        settle(check, false, "start as root (sudo); everything but the cell's supervisor drops to an unprivileged user",
               "user %u", (unsigned)geteuid());
        return false;
    }
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (!has_capability(needed[i].number)) {
            settle(check, false, "give the container or unit this capability (docker: --cap-add, systemd: CapabilityBoundingSet)",
                   "root without %s", needed[i].name);
            return false;
        }
    }
    settle(check, true, "", "root with the capabilities needed");
    return true;
}

/* Try to make a process in a namespace of this kind. */
static int try_namespace(uint64_t flag)
{
    struct clone_args args = {.flags = flag, .exit_signal = SIGCHLD};
    const pid_t child = sys_fork3(&args);
    if (child == 0)
        _exit(0);
    if (child < 0)
        return -1;
    int status = 0;
    return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

static void check_namespaces(struct findings *findings, bool root)
{
    static const struct {
        const char *check;
        const char *file;
        uint64_t flag;
    } kinds[] = {
        {"namespace_mount", "/proc/self/ns/mnt", CLONE_NEWNS},      {"namespace_pid", "/proc/self/ns/pid", CLONE_NEWPID},
        {"namespace_network", "/proc/self/ns/net", CLONE_NEWNET},   {"namespace_ipc", "/proc/self/ns/ipc", CLONE_NEWIPC},
        {"namespace_uts", "/proc/self/ns/uts", CLONE_NEWUTS},       {"namespace_cgroup", "/proc/self/ns/cgroup", CLONE_NEWCGROUP},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct check *check = add(findings, kinds[i].check);
        if (access(kinds[i].file, F_OK) < 0)
            settle(check, false, "use a kernel built with this kind of namespace", "not in this kernel");
        else if (!root)
            settle(check, true, "", "in the kernel; not tried without root");
        else if (try_namespace(kinds[i].flag) < 0)
            settle(check, false, "raise user.max_*_namespaces, or let the container create namespaces (docker: --privileged)",
                   "refused: %s", strerror(errno));
        else
            settle(check, true, "", "created");
    }
}

static void check_cgroup(struct findings *findings, bool root)
{
    struct check *check = add(findings, "cgroup");
    struct fault why;
    if (cgroup_find(&findings->place, &why) < 0) {
        settle(check, false, "mount cgroup v2 with memory and pids, or v1 memory, pids and cpuacct", "%s", why.text);
        return;
    }
    settle(check, true, "", "version %d, %s", findings->place.version, findings->place.paths[0]);
    for (size_t i = 0; i < findings->place.count; i++) {
        static const char *const v1_names[] = {"cgroup_memory", "cgroup_pids", "cgroup_cpuacct"};
        const char *path = findings->place.paths[i];
        struct check *writable = add(findings, findings->place.version == 1 ? v1_names[i] : "cgroup_delegation");
        char controllers[256] = "";
        const int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir >= 0 && findings->place.version == 2)
            (void)control_read(dir, "cgroup.controllers", controllers, sizeof controllers);
        controllers[strcspn(controllers, "\n")] = '\0';
        const bool have = findings->place.version == 1
                          || (strstr(controllers, "memory") != NULL && strstr(controllers, "pids") != NULL);
        if (dir < 0)
            settle(writable, false, "mount the hierarchy where this process sees it", "%s: %s", path, strerror(errno));
        else if (!have)
            settle(writable, false, "Delegate=yes in the systemd unit, or a container with a cgroup namespace of its own",
                   "only these controllers are delegated: %s", controllers);
        else if (root && faccessat(dir, ".", W_OK, AT_EACCESS) < 0)
            settle(writable, false, "mount it writable (docker: --privileged, or a writable /sys/fs/cgroup)", "%s: %s", path,
                   strerror(errno));
        else
            settle(writable, true, "", "%s%s%s", path, controllers[0] == '\0' ? "" : ": ", controllers);
        if (dir >= 0)
            close(dir);
    }
}

static void check_seccomp(struct findings *findings)
{
    static const struct {
        uint32_t action;
        const char *name;
    } needed[] = {{SECCOMP_RET_KILL_PROCESS, "kill_process"},
                  {SECCOMP_RET_ERRNO, "errno"},
                  {SECCOMP_RET_USER_NOTIF, "user_notif"}};
    struct check *check = add(findings, "seccomp");
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &needed[i].action) < 0) {
            settle(check, false, "use a kernel with CONFIG_SECCOMP_FILTER, and a container runtime that lets seccomp(2) through",
                   "action %s: %s", needed[i].name, strerror(errno));
            return;
        }
    }
    settle(check, true, "", "filters with kill_process, errno and user_notif");
}

static void check_file_systems(struct findings *findings)
{
    static const char *const needed[] = {"tmpfs", "proc"};
    char have[4096] = "";
    (void)control_read(AT_FDCWD, "/proc/filesystems", have, sizeof have);
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        struct check *check = add(findings, needed[i]);
        char line[32];
        snprintf(line, sizeof line, "nodev\t%s\n", needed[i]);
        settle(check, strstr(have, line) != NULL, "use a kernel with this file system, and mount /proc", "%s",
               strstr(have, line) != NULL ? "in the kernel" : "not in /proc/filesystems");
    }
}

static void check_swap(struct findings *findings)
{
    struct check *check = add(findings, "swap");
    const struct cgroup_place *place = &findings->place;
    if (!machine_has_swap()) {
        settle(check, true, "", "none");
        return;
    }
    bool limited = place->version == 2; /* seen only below the root: the supervisor looks again */
    if (place->version == 1) {
        const int dir = open(place->paths[V1_MEMORY], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        limited = dir >= 0 && control_exists(dir, "memory.memsw.limit_in_bytes");
        if (dir >= 0)
            close(dir);
    }
    settle(check, limited, "swapoff -a, or boot with swapaccount=1", "on, and %s",
           limited ? "limited by the cgroup" : "not limited by the cgroup");
}

void probe(struct findings *findings)
{
    *findings = (struct findings){.ok = true};
    check_kernel(findings);
    const bool root = check_root(findings);
    check_namespaces(findings, root);
    check_cgroup(findings, root);
    check_seccomp(findings);
    check_file_systems(findings);
    check_swap(findings);
    for (size_t i = 0; i < findings->count; i++)
        findings->ok = findings->ok && findings->checks[i].ok;
}

int probe_print(void)
{
    struct findings findings;
    probe(&findings);
    char bytes[32768];
    struct text text = text_in(bytes, sizeof bytes);
    text_add(&text, "{\"ok\": %s, \"cgroup_version\": %d, \"checks\": [", findings.ok ? "true" : "false",
             findings.place.version);
    for (size_t i = 0; i < findings.count; i++) {
        const struct check *check = &findings.checks[i];
        text_add(&text, "%s\n  {\"name\": ", i == 0 ? "" : ",");
        text_add_quoted(&text, check->name);
        text_add(&text, ", \"ok\": %s, \"found\": ", check->ok ? "true" : "false");
        text_add_quoted(&text, check->found);
        text_add(&text, ", \"remedy\": ");
        text_add_quoted(&text, check->remedy);
        text_add(&text, "}");
    }
    text_add(&text, "\n]}\n");
    if (text.cut || fputs(bytes, stdout) == EOF || fflush(stdout) == EOF)
        return 2;
    return findings.ok ? 0 : 1;
}
