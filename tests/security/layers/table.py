"""Which layer stops which attack by itself, and how that shows."""

from dataclasses import dataclass

from assay.sandbox import Policy

# Without these two there is no run: a cell cannot be told to do without them.
ALWAYS_ON = frozenset({"mount_namespace", "pid_namespace"})


@dataclass(frozen=True, kw_only=True)
class Attack:
    layer: str
    attempt: str  # by its name in attempts.py
    stopped: str  # what it met, in its own words; or the status that its run ended with, and the call
    # other layers without which this one has nothing to divide: on in the control too
    needs: frozenset[str] = frozenset()
    policy: Policy = Policy.MANAGED
    box_writable: bool = False
    landlock_version: int = 2  # since when the kernel's rules know of it
    is_affinity_enough: bool = True  # False: only a cpuset stops it

    @property
    def name(self) -> str:
        return f"{self.layer}-{self.attempt}"


def _attacks(layer: str, **stopped: str) -> list[Attack]:
    return [Attack(layer=layer, attempt=attempt, stopped=how) for attempt, how in stopped.items()]


def _landlock(attempt: str, stopped: str, *, version: int = 2) -> Attack:
    return Attack(
        layer="landlock", attempt=attempt, stopped=stopped, policy=Policy.NATIVE, landlock_version=version
    )


ATTACKS = (
    *_attacks("network_namespace", connect_tcp="ENETUNREACH", connect_abstract="ECONNREFUSED"),
    *_attacks("ipc_namespace", read_shared_memory="ENOENT"),
    *_attacks("uts_namespace", read_name="cell"),
    *_attacks(
        "cgroup_namespace", find_own_group="a group without a path", mount_groups="its own group alone"
    ),
    *_attacks("read_only_root", write_to_view="EROFS", make_file_in_view="EROFS"),
    *_attacks(
        "no_exec_scratch", execute_from_tmp="EACCES", execute_from_box="EACCES", map_code_from_tmp="EPERM"
    ),
    *_attacks("no_symlink_scratch", follow_link_in_tmp="ELOOP"),
    Attack(layer="no_symlink_scratch", attempt="follow_link_in_box", stopped="ELOOP", box_writable=True),
    *_attacks("private_proc", read_kernel_settings="ENOENT", read_boot_line="ENOENT"),
    Attack(
        layer="private_proc",
        attempt="see_init",
        stopped="not in sight",
        needs=frozenset({"user_per_slot"}),  # only other users' processes are hidden
    ),
    *_attacks("user_per_slot", read_file_of_root="EACCES", signal_init="EPERM"),
    *_attacks("no_capabilities", read_file_of_nobody="EACCES", become_nobody="EPERM", mount_scratch="EPERM"),
    *_attacks("no_new_privileges", regain_root="user 12345"),
    *_attacks("cgroup_limits", make_many_processes="EAGAIN", use_much_memory="memory"),
    *_attacks(
        "resource_limits",
        open_many_files="EMFILE",
        write_far="EFBIG",
        make_message_queue="EMFILE",
        raise_cpu_limit="EPERM",
    ),
    *_attacks("core_pinning", start_on_many_cores="1 core"),
    Attack(layer="core_pinning", attempt="take_all_cores", stopped="1 core", is_affinity_enough=False),
    _landlock("execute_from_view", "EACCES"),
    _landlock("write_to_view", "EACCES"),
    _landlock("connect_tcp", "EACCES", version=4),
    _landlock("connect_abstract", "EPERM", version=6),
    _landlock("signal_init", "EPERM", version=6),
    *_attacks(
        "seccomp_allow_list",
        enter_user_namespace="forbidden: unshare",
        mount_scratch="forbidden: mount",
        be_traced="forbidden: ptrace",
        change_root="forbidden: chroot",
        join_keyring="forbidden: keyctl",
        catch_faults="forbidden: userfaultfd",
        make_process="EPERM",
        open_socket="EAFNOSUPPORT",
    ),
)
OPTIONAL = frozenset(attack.layer for attack in ATTACKS)
