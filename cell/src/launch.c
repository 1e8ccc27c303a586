/* launch.c: words for what can go wrong on the way. */
#include "launch.h"

const char *launch_step_words(enum launch_step step)
{
    switch (step) {
    case STEP_LIFELINE: return "the keeper is gone";
    case STEP_PLACE: return "cannot enter the slot's mount namespace";
    case STEP_SCRATCH: return "cannot mount the scratch folder";
    case STEP_BOX: return "cannot mount the box";
    case STEP_PROC: return "cannot mount /proc";
    case STEP_CGROUP: return "cannot enter the run's cgroup";
    case STEP_STDIO: return "cannot set up standard input and output";
    case STEP_RLIMIT: return "cannot set a resource limit";
    case STEP_CWD: return "cannot enter the working folder";
    case STEP_PRIVILEGES: return "cannot drop privileges";
    case STEP_LANDLOCK: return "cannot enter the Landlock ruleset";
    case STEP_SECCOMP: return "cannot load the seccomp filter";
    case STEP_EXECVE: return "cannot execute";
    }
    return "unknown step";
}
