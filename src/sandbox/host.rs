//! The process of the screen and of the look-ups, confined as far as its work allows: it reads mailboxes and its own files,
//! writes its own folders, starts workers and the desktop's clipboard tool, and asks the network. What is beside that is
//! taken away before its threads start.
//!
//! | part | what is left |
//! |---|---|
//! | files (Landlock) | read: the system's folders, programs, the open mailboxes, configuration, databases; write: the data folder, where parts are saved, quarantine and its mailboxes where that is on |
//! | network (Landlock) | connecting, to any port: a resolver, a proxy or a link may have any; nothing can listen |
//! | calls (seccomp) | all but those that no such program needs: debugging, mounting, modules, namespaces, rings, keys, raw sockets |
//!
//! An allow-list of calls as workers have it is not possible here: threads, a terminal, SQLite, TLS and a clipboard tool,
//! which inherits all of this, need most of them. Signals are not scoped: suspending has to reach the whole process group,
//! the program that started this one included. Nothing here prints; what the system lacks comes back as a value.

use std::path::PathBuf;

use super::confine::Strength;

/// Where the process may go beside the system's folders. What is not there (yet) is left out.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// Files and folders to be read, with all below them.
    pub read: Vec<PathBuf>,
    /// Folders to be written, with all below them.
    pub write: Vec<PathBuf>,
}

/// What confines the process of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HostConfinement {
    /// Files outside its ground cannot be opened, and no port can be listened at (Landlock).
    pub files: Strength,
    /// System calls that it never needs (seccomp).
    pub calls: Strength,
}

/// Confines the calling thread, and every thread and process that it starts from here on; irrevocable. The calls are taken
/// from threads that run already, too; files are not, so call it before any thread is started.
#[must_use]
pub fn confine_host(ground: &Ground) -> HostConfinement {
    HostConfinement { files: system::files(ground), calls: system::calls() }
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::BTreeMap;
    use std::path::Path;

    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr as _,
        RulesetCreated, RulesetCreatedAttr as _, RulesetError, RulesetStatus,
    };
    use rustix::process::{Resource, Rlimit, setrlimit};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
        TargetArch,
    };

    use super::{Ground, Strength};

    /// Programs and their libraries.
    const PROGRAMS: &[&str] = &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix", "/gnu", "/snap"];
    /// Settings of the system, and what it tells of itself; `/run` holds resolv.conf and the desktop's sockets.
    const SYSTEM: &[&str] = &["/etc", "/proc", "/sys", "/run", "/var/run"];
    /// Temporary files of SQLite and of the clipboard tool.
    const SCRATCH: &[&str] = &["/dev", "/tmp", "/var/tmp"];

    pub(super) fn files(ground: &Ground) -> Strength {
        match restrict(ground) {
            Ok(RulesetStatus::FullyEnforced) => Strength::Whole,
            Ok(RulesetStatus::PartiallyEnforced) => Strength::Some,
            _ => Strength::None,
        }
    }

    fn restrict(ground: &Ground) -> Result<RulesetStatus, RulesetError> {
        let all = AccessFs::from_all(ABI::V5);
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let run = read | AccessFs::Execute;
        let mut rules = Ruleset::default().handle_access(all)?.handle_access(AccessNet::BindTcp)?.create()?;
        for path in PROGRAMS {
            rules = allow(rules, Path::new(path), run)?;
        }
        for folder in std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()) {
            if folder.is_absolute() {
                rules = allow(rules, &folder, run)?;
            }
        }
        // Workers are this program again.
        if let Ok(own) = std::env::current_exe() {
            rules = allow(rules, &own, run)?;
        }
        for path in SYSTEM {
            rules = allow(rules, Path::new(path), read)?;
        }
        for path in &ground.read {
            rules = allow(rules, path, read)?;
        }
        for path in SCRATCH.iter().map(Path::new).chain(ground.write.iter().map(AsRef::as_ref)) {
            rules = allow(rules, path, all & !AccessFs::Execute)?;
        }
        Ok(rules.restrict_self()?.ruleset)
    }

    /// Adds a path, where it is there. A file has only the rights that files have.
    fn allow(rules: RulesetCreated, path: &Path, access: BitFlags<AccessFs>) -> Result<RulesetCreated, RulesetError> {
        let Ok(beneath) = PathFd::new(path) else { return Ok(rules) };
        let access = if path.is_dir() { access } else { access & AccessFs::from_file(ABI::V5) };
        rules.add_rule(PathBeneath::new(beneath, access))
    }

    pub(super) fn calls() -> Strength {
        // A core file would hold mails.
        let none = Some(0);
        let _ = setrlimit(Resource::Core, Rlimit { current: none, maximum: none });
        match filter().map(|filter| seccompiler::apply_filter_all_threads(&filter)) {
            Some(Ok(())) => Strength::Whole,
            _ => Strength::None,
        }
    }

    fn filter() -> Option<BpfProgram> {
        let arch: TargetArch = std::env::consts::ARCH.try_into().ok()?;
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = NEVER.iter().map(|call| (*call, Vec::new())).collect();
        let families = FAMILIES.iter().map(|family| {
            let family = u64::from(family.unsigned_abs());
            let is = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, family).ok()?;
            SeccompRule::new(vec![is]).ok()
        });
        rules.insert(libc::SYS_socket, families.collect::<Option<_>>()?);
        let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        SeccompFilter::new(rules, SeccompAction::Allow, refuse, arch).ok()?.try_into().ok()
    }

    /// Sockets that reach below the network, or into the kernel.
    const FAMILIES: &[i32] = &[
        libc::AF_NETLINK,
        libc::AF_PACKET,
        libc::AF_KEY,
        libc::AF_ALG,
        libc::AF_BLUETOOTH,
        libc::AF_CAN,
        libc::AF_TIPC,
        libc::AF_RDS,
        libc::AF_XDP,
    ];

    const NEVER: &[i64] = &[
        // Other processes.
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_process_madvise,
        libc::SYS_kcmp,
        libc::SYS_pidfd_getfd,
        // The machine.
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_move_mount,
        libc::SYS_open_tree,
        libc::SYS_fsopen,
        libc::SYS_fsconfig,
        libc::SYS_fsmount,
        libc::SYS_fspick,
        libc::SYS_mount_setattr,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_swapon,
        libc::SYS_swapoff,
        libc::SYS_reboot,
        libc::SYS_kexec_load,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_delete_module,
        libc::SYS_settimeofday,
        libc::SYS_clock_settime,
        libc::SYS_adjtimex,
        libc::SYS_clock_adjtime,
        libc::SYS_acct,
        libc::SYS_quotactl,
        libc::SYS_sethostname,
        libc::SYS_setdomainname,
        libc::SYS_syslog,
        libc::SYS_vhangup,
        // The kernel's inside, and ways past its checks.
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_io_uring_setup,
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_keyctl,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_open_by_handle_at,
        libc::SYS_personality,
        libc::SYS_fanotify_init,
    ];
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Ground, Strength};

    pub(super) fn files(_: &Ground) -> Strength {
        Strength::None
    }

    pub(super) fn calls() -> Strength {
        Strength::None
    }
}
