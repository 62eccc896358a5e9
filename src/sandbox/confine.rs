//! Takes away from the calling process what reading mail does not need. Irrevocable; called once, at a worker's start.
//! What the system lacks comes back as a value: nothing here prints, and nothing goes on as if it had worked.

use crate::text::{Lang, Words};

/// How much of a part is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Strength {
    /// Not at all: the system lacks it.
    #[default]
    None,
    /// An older kernel's share of it.
    Some,
    /// As intended.
    Whole,
}

impl Strength {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Some => 1,
            Self::Whole => 2,
        }
    }

    pub(super) fn of_byte(byte: u8) -> Option<Self> {
        [Self::None, Self::Some, Self::Whole].into_iter().find(|strength| strength.byte() == byte)
    }
}

/// What confines a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confinement {
    /// No file and no TCP port can be opened (Landlock).
    pub files: Strength,
    /// Only the few system calls that computing needs (seccomp).
    pub calls: Strength,
    /// Memory and time end; no core file is written (resource limits).
    pub limits: Strength,
}

impl Confinement {
    /// Nothing is missing.
    #[must_use]
    pub fn is_whole(self) -> bool {
        [self.files, self.calls, self.limits].iter().all(|part| *part == Strength::Whole)
    }

    /// Nothing is in force.
    #[must_use]
    pub fn is_none(self) -> bool {
        [self.files, self.calls, self.limits].iter().all(|part| *part == Strength::None)
    }

    /// How it stands, in a word for a status line: `whole`, `partial`, `none`.
    #[must_use]
    pub fn short(self) -> Words {
        if self.is_whole() {
            Words::new("sandbox: on", "サンドボックス: 有効")
        } else if self.is_none() {
            Words::new("sandbox: none", "サンドボックス: なし")
        } else {
            Words::new("sandbox: partial", "サンドボックス: 一部のみ")
        }
    }

    /// What of it is missing, for people; empty where nothing is.
    #[must_use]
    pub fn missing(self, lang: Lang) -> String {
        let parts = [
            (self.files, Words::new("files and ports (Landlock)", "ファイルとポートの遮断（Landlock）")),
            (self.calls, Words::new("system calls (seccomp)", "システムコールの制限（seccomp）")),
            (self.limits, Words::new("memory and time (resource limits)", "メモリと時間の上限（リソース制限）")),
        ];
        let told: Vec<String> = parts
            .iter()
            .filter_map(|(strength, name)| {
                let how = match strength {
                    Strength::Whole => return None,
                    Strength::Some => Words::new("{0}: only in part", "{0}: 一部のみ"),
                    Strength::None => Words::new("{0}: not on this system", "{0}: このシステムにはありません"),
                };
                Some(how.fill(lang, &[name.get(lang)]))
            })
            .collect();
        told.join(Words::new(", ", "、").get(lang))
    }
}

/// The most address space of a worker in bytes. A mail has at most 50 MB, its parts and the record of it a few times that.
pub(super) const MEMORY: u64 = 1 << 30;
/// The most seconds of computing of a worker. It is replaced long before by its host; this ends one that lost its host.
const SECONDS: u64 = 300;

/// The first half: what binds every thread that is started from here on. Call while there is one thread.
pub(super) fn begin() -> Confinement {
    Confinement { files: system::files(), calls: Strength::None, limits: system::limits() }
}

/// The second half, after the last thread was started.
pub(super) fn finish(begun: Confinement) -> Confinement {
    Confinement { calls: system::calls(), ..begun }
}

fn limit(resource: rustix::process::Resource, most: u64) -> bool {
    let most = Some(most);
    rustix::process::setrlimit(resource, rustix::process::Rlimit { current: most, maximum: most }).is_ok()
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::BTreeMap;

    use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetStatus, Scope};
    use rustix::process::{DumpableBehavior, Resource, set_dumpable_behavior};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
        TargetArch,
    };

    use super::{MEMORY, SECONDS, Strength, limit};

    /// A rule set without a rule: every access to files that the kernel knows is refused, TCP and signals too.
    pub(super) fn files() -> Strength {
        let restricted = Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V5))
            .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V4)))
            .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
            .and_then(Ruleset::create)
            .and_then(landlock::RulesetCreated::restrict_self);
        match restricted.map(|status| status.ruleset) {
            Ok(RulesetStatus::FullyEnforced) => Strength::Whole,
            Ok(RulesetStatus::PartiallyEnforced) => Strength::Some,
            _ => Strength::None,
        }
    }

    pub(super) fn limits() -> Strength {
        let all = [
            limit(Resource::As, MEMORY),
            limit(Resource::Cpu, SECONDS),
            limit(Resource::Core, 0),
            limit(Resource::Fsize, 0),
            limit(Resource::Nofile, 0),
            set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok(),
        ];
        match all.iter().filter(|done| **done).count() {
            0 => Strength::None,
            count if count == all.len() => Strength::Whole,
            _ => Strength::Some,
        }
    }

    /// The allow-list, on every thread of the process. What is not on it is refused with EPERM.
    pub(super) fn calls() -> Strength {
        let Some(filter) = filter() else { return Strength::None };
        match seccompiler::apply_filter_all_threads(&filter) {
            Ok(()) => Strength::Whole,
            Err(_) => Strength::None,
        }
    }

    fn filter() -> Option<BpfProgram> {
        let arch: TargetArch = std::env::consts::ARCH.try_into().ok()?;
        let own = u64::from(rustix::process::getpid().as_raw_nonzero().get().unsigned_abs());
        let is = |argument, value| condition(argument, SeccompCmpOp::Eq, value);
        let never =
            |argument, bits: i32| condition(argument, SeccompCmpOp::MaskedEq(u64::from(bits.unsigned_abs())), 0);
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = FREE.iter().map(|call| (*call, Vec::new())).collect();
        // Reading from its one pipe, writing to the other, signals to itself (that is how a program aborts), and no memory
        // that can be run.
        let anonymous = u64::from(libc::MAP_ANONYMOUS.unsigned_abs());
        for (call, conditions) in [
            (libc::SYS_read, vec![is(0, 0)?]),
            (libc::SYS_write, vec![is(0, 1)?]),
            (libc::SYS_tgkill, vec![is(0, own)?]),
            // Nor a file that whoever started the program left open.
            (
                libc::SYS_mmap,
                vec![never(2, libc::PROT_EXEC)?, condition(3, SeccompCmpOp::MaskedEq(anonymous), anonymous)?],
            ),
            (libc::SYS_mprotect, vec![never(2, libc::PROT_EXEC)?]),
        ] {
            rules.insert(call, vec![SeccompRule::new(conditions).ok()?]);
        }
        let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch).ok()?.try_into().ok()
    }

    fn condition(argument: u8, compare: SeccompCmpOp, value: u64) -> Option<SeccompCondition> {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, compare, value).ok()
    }

    /// What computing needs, whatever the arguments: memory, locks, the clock, random numbers, the end.
    const FREE: &[i64] = &[
        libc::SYS_brk,
        libc::SYS_clock_gettime,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_futex,
        libc::SYS_getpid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_rseq,
        libc::SYS_sched_yield,
        libc::SYS_set_robust_list,
        libc::SYS_sigaltstack,
    ];
}

#[cfg(not(target_os = "linux"))]
mod system {
    use rustix::process::Resource;

    use super::{SECONDS, Strength, limit};

    pub(super) fn files() -> Strength {
        Strength::None
    }

    /// Not every system knows a limit of address space, so it counts as a part only.
    pub(super) fn limits() -> Strength {
        let all = [limit(Resource::Cpu, SECONDS), limit(Resource::Core, 0), limit(Resource::Fsize, 0)];
        if all.iter().any(|done| *done) { Strength::Some } else { Strength::None }
    }

    pub(super) fn calls() -> Strength {
        Strength::None
    }
}
