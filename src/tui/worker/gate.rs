//! The way of jobs that take mails apart in the background, or messages inside a mail: no mail is analyzed in this process
//! that did not go well in a confined one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::mailbox::{Canonical, Doubt};
use crate::sandbox::Death;

use super::{Analyst, Shared};

/// Lets mails through that may be analyzed here. Without threads, as in tests, it lets all of them.
#[derive(Debug, Clone, Default)]
pub struct Gate(Option<Arc<Shared>>, Line);

/// Who waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// Nobody: it may be one of thousands.
    #[default]
    Back,
    /// The reader: it goes the way of the mail under the cursor.
    Front,
}

impl Gate {
    pub(super) fn new(shared: &Arc<Shared>, line: Line) -> Self {
        Self(Some(Arc::clone(shared)), line)
    }

    /// Analyzes by `run` what may be. Gives the bytes back; no analysis where a defect was caught, and the death where the
    /// mail ended a confined process, now or before.
    pub fn analyze(
        &self,
        doubts: &[Doubt],
        bytes: Canonical,
        run: impl FnOnce(&[u8]) -> Analysis,
    ) -> (Canonical, Result<Analysis, Option<Death>>) {
        let caught = |bytes: &Canonical| {
            let analysis = catch_unwind(AssertUnwindSafe(|| run(bytes))).map_err(|_| None)?;
            Ok(analysis.of(bytes))
        };
        let Some(shared) = &self.0 else {
            let analysis = caught(&bytes);
            return (bytes, analysis);
        };
        let Some(analyst) = shared.analyst.get() else { return (bytes, Err(Some(Death::NoWorker))) };
        through(analyst, doubts, bytes, self.1, caught)
    }
}

fn through(
    analyst: &Analyst,
    doubts: &[Doubt],
    bytes: Canonical,
    line: Line,
    run: impl FnOnce(&Canonical) -> Result<Analysis, Option<Death>>,
) -> (Canonical, Result<Analysis, Option<Death>>) {
    let (bytes, admitted) = analyst.admit(doubts, bytes, false, line);
    if let Err(death) = admitted {
        return (bytes, Err(death));
    }
    let _opened = analyst.opening.as_ref().map(|opening| opening.enter(bytes.identity()));
    let analysis = run(&bytes);
    (bytes, analysis)
}

#[cfg(test)]
mod tests {
    use super::super::lock;
    use super::*;
    use crate::analysis::{Own, analyze};
    use crate::facts::FactSet;
    use crate::mailbox::Identity;
    use crate::signal::Weights;

    const MAIL: &[u8] = b"From: a@a.test\nSubject: x\n\nbody\n";

    fn run(bytes: &[u8]) -> Analysis {
        analyze(bytes, &[], &FactSet::default(), &Weights::default(), &Own::default())
    }

    #[test]
    fn a_mail_that_ended_a_process_is_not_analyzed_here() {
        let analyst = Analyst::default();
        let (bytes, analysis) = through(&analyst, &[], MAIL.to_vec().into(), Line::Front, |bytes| Ok(run(bytes)));
        assert_eq!((&*bytes, analysis.is_ok()), (MAIL, true));
        lock(&analyst.avoid).insert(Identity::of(MAIL));
        let never = |_: &Canonical| panic!("it was analyzed");
        let (bytes, analysis) = through(&analyst, &[], MAIL.to_vec().into(), Line::Back, never);
        assert_eq!(&*bytes, MAIL);
        assert!(matches!(analysis, Err(Some(Death::Known))));
    }

    #[test]
    fn a_defect_costs_one_analysis() {
        let (bytes, analysis) = Gate::default().analyze(&[], MAIL.to_vec().into(), |_| panic!("a defect"));
        assert_eq!(&*bytes, MAIL);
        assert!(matches!(analysis, Err(None)));
    }
}
