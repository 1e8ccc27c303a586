"""System calls that a policy may leave unnamed: those of x86-64 and arm64 as of Linux 6.1.

The cell refuses what it does not name with ENOSYS, so that runtimes fall back on what they know. Docker 20.10
drops a profile's `defaultErrnoRet` and refuses with EPERM, at which they give up: glibc starts no thread when
clone3 says so. So these are named for it. Newer calls need no name: runc answers ENOSYS for all that are
younger than the youngest in the profile.
"""

MAY_BE_UNNAMED = frozenset(
    """
    accept accept4 afs_syscall bind clone3 connect epoll_ctl_old epoll_wait_old execveat fremovexattr
    fsetxattr get_kernel_syms get_mempolicy get_thread_area getpeername getpmsg getsockname getsockopt
    inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
    io_pgetevents io_setup io_submit io_uring_enter io_uring_register io_uring_setup ioprio_set kcmp
    landlock_add_rule landlock_create_ruleset landlock_restrict_self listen lremovexattr lsetxattr mbind
    memfd_create memfd_secret mknod mknodat mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend
    mq_unlink msgctl msgget msgrcv msgsnd pidfd_open pidfd_send_signal process_mrelease putpmsg
    query_module recvfrom recvmmsg remap_file_pages removexattr sched_setattr sched_setparam
    sched_setscheduler security semctl semget semop semtimedop sendmmsg sendto set_mempolicy
    set_mempolicy_home_node set_thread_area setsockopt setxattr shmat shmctl shmdt shmget shutdown splice
    sync sync_file_range2 syncfs sysfs tee tuxcall uselib ustat vmsplice vserver
    """.split()  # noqa: SIM905  a hundred names in quotes are no easier to read
)
