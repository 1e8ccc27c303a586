/* filter.c: see filter.h.
 *
 * The engine loads its profile into pid 1, which has to fork, to load this filter and to keep the run's further files in memory;
 * so the profile allows all of it, whatever the run's policy says, and here it is taken away again:
 *
 *   seccomp                                ENOSYS
 *   prlimit64 of another process           EPERM     pid 1 is the same user's
 *   fork, vfork, clone without a thread    EPERM     where the policy allows no new processes
 *   memfd_create                           ENOSYS    where the policy does not allow it
 *
 * The profile's filter stays in force beside it, so another architecture's calls and clone3 are refused there.
 */
#include "filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define IF_EQUAL(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define IF_SET(bits, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (then), (otherwise))
#define REFUSE(error) (SECCOMP_RET_ERRNO | (error))

/* The low half of a first argument; both architectures are little-endian, and the kernel looks at no more of these. */
#define LOAD_FIRST LOAD(args[0])

int filter_load(bool without_processes, bool without_memory_files)
{
    const uint32_t memory_file = without_memory_files ? REFUSE(ENOSYS) : SECCOMP_RET_ALLOW;
    const uint32_t process = without_processes ? REFUSE(EPERM) : SECCOMP_RET_ALLOW;
    struct sock_filter code[] = {
        LOAD(nr),
        IF_EQUAL(SYS_seccomp, 0, 1),
        ANSWER(REFUSE(ENOSYS)),
        IF_EQUAL(SYS_memfd_create, 0, 1),
        ANSWER(memory_file),
        IF_EQUAL(SYS_prlimit64, 0, 4),
        LOAD_FIRST,
        IF_EQUAL(0, 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        ANSWER(REFUSE(EPERM)),
        IF_EQUAL(SYS_clone, 0, 4),
        LOAD_FIRST,
        IF_SET(CLONE_THREAD, 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        ANSWER(process),
#ifdef SYS_fork
        IF_EQUAL(SYS_fork, 1, 0),
        IF_EQUAL(SYS_vfork, 0, 1),
        ANSWER(process),
#endif
        ANSWER(SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
