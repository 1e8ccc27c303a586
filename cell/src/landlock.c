/* landlock.c: see landlock.h.
 *
 *   /            list folders; execute, if the family may start programs of the view
 *   the program  execute, with its dynamic loader
 *   /tmp         everything a folder of one's own needs; execute for compilers
 *   /box         the same where it is writable; execute the program that lies in it
 *   /dev/…       write to the five devices
 *
 * Reading files is not ruled: what can be read is what is mounted, and the caller's files, which may be the host's, could not be
 * opened again as /dev/stdin or /proc/self/fd/3. No TCP, no signal and no abstract socket that leaves the run, where the kernel
 * can rule that.
 */
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of <linux/landlock.h>, whose copy in older distributions lacks the later rights. */
enum {
    CREATE_RULESET_VERSION = 1,
    RULE_PATH_BENEATH = 1,
    ACCESS_EXECUTE = 1 << 0,
    ACCESS_WRITE_FILE = 1 << 1,
    ACCESS_READ_FILE = 1 << 2,
    ACCESS_READ_DIR = 1 << 3,
    ACCESS_REMOVE_DIR = 1 << 4,
    ACCESS_REMOVE_FILE = 1 << 5,
    ACCESS_MAKE_CHAR = 1 << 6,
    ACCESS_MAKE_DIR = 1 << 7,
    ACCESS_MAKE_REG = 1 << 8,
    ACCESS_MAKE_SOCK = 1 << 9,
    ACCESS_MAKE_FIFO = 1 << 10,
    ACCESS_MAKE_BLOCK = 1 << 11,
    ACCESS_MAKE_SYM = 1 << 12,
    ACCESS_VERSION_1 = ((1 << 13) - 1) & ~ACCESS_READ_FILE,
    ACCESS_REFER = 1 << 13,    /* version 2 */
    ACCESS_TRUNCATE = 1 << 14, /* version 3 */
    NET_BIND_TCP = 1 << 0,     /* version 4 */
    NET_CONNECT_TCP = 1 << 1,
    SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0, /* version 6 */
    SCOPE_SIGNAL = 1 << 1,
};

struct ruleset_attributes {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

struct path_beneath {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

static const uint64_t own_folder = ACCESS_READ_DIR | ACCESS_WRITE_FILE | ACCESS_TRUNCATE | ACCESS_REMOVE_DIR
                                   | ACCESS_REMOVE_FILE | ACCESS_MAKE_DIR | ACCESS_MAKE_REG | ACCESS_MAKE_FIFO
                                   | ACCESS_MAKE_SOCK | ACCESS_MAKE_SYM | ACCESS_REFER;

int landlock_version(void)
{
    const int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    return version < 2 ? 0 : version; /* version 1 knows no renaming from folder to folder */
}

static uint64_t handled(int version)
{
    uint64_t access = ACCESS_VERSION_1 | ACCESS_REFER;
    if (version >= 3)
        access |= ACCESS_TRUNCATE;
    return access;
}

static int create(int version)
{
    struct ruleset_attributes attributes = {.handled_access_fs = handled(version)};
    size_t size = offsetof(struct ruleset_attributes, handled_access_net);
    if (version >= 4) {
        attributes.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
        size = offsetof(struct ruleset_attributes, scoped);
    }
    if (version >= 6) {
        attributes.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
        size = sizeof attributes;
    }
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
}

/* A path that leads nowhere needs no rule: execve will say so. */
static int allow(int ruleset, int version, const char *path, uint64_t access)
{
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -1 : 0;
    const struct path_beneath rule = {.allowed_access = access & handled(version), .parent_fd = fd};
    const int outcome = (int)syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(fd);
    return outcome;
}

static int add_rules(int ruleset, int version, const struct landlock_wants *wants)
{
    static const char *const loaders[] = {"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"};
    static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
    const uint64_t scratch = own_folder | (wants->execute_scratch ? ACCESS_EXECUTE : 0);
    if (allow(ruleset, version, "/", ACCESS_READ_DIR | (wants->execute_view ? ACCESS_EXECUTE : 0)) < 0
        || allow(ruleset, version, wants->program, ACCESS_EXECUTE) < 0
        || allow(ruleset, version, "/tmp", scratch) < 0)
        return -1;
    for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
        if (allow(ruleset, version, loaders[i], ACCESS_EXECUTE) < 0)
            return -1;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (allow(ruleset, version, devices[i], ACCESS_WRITE_FILE) < 0)
            return -1;
    return wants->write_box ? allow(ruleset, version, "/box", scratch) : 0;
}

int landlock_make(int version, const struct landlock_wants *wants)
{
    const int ruleset = create(version);
    if (ruleset < 0 || add_rules(ruleset, version, wants) == 0)
        return ruleset;
    const int error = errno;
    close(ruleset);
    errno = error;
    return -1;
}

int landlock_enter(int ruleset)
{
    return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}
