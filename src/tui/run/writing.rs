//! Jobs that write files: the program does not leave in the middle of one. Where it leaves, they come to an end, and what
//! became of them is told when the screen is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use tokio::sync::mpsc::UnboundedSender;

use super::super::msg::Msg;

/// The jobs that run, and whether the program leaves.
#[derive(Debug, Default)]
pub(super) struct Writing {
    leaving: Arc<AtomicBool>,
    running: Running,
    jobs: Vec<JoinHandle<Option<Msg>>>,
}

/// How many jobs run.
#[derive(Debug, Clone, Default)]
pub(in crate::tui) struct Running(Arc<AtomicUsize>);

impl Running {
    /// Some do.
    pub(in crate::tui) fn any(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

/// One that runs, until this is dropped.
#[derive(Debug)]
pub(super) struct Run(Running);

impl Run {
    fn of(running: &Running) -> Self {
        running.0.fetch_add(1, Ordering::SeqCst);
        Self(running.clone())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Writing {
    /// Starts a job, which is told whether the program leaves. What it says goes to the loop as long as there is one.
    pub(super) fn start(
        &mut self,
        name: &str,
        out: &UnboundedSender<Msg>,
        job: impl FnOnce(&AtomicBool) -> Msg + Send + 'static,
    ) -> std::io::Result<()> {
        self.jobs.retain(|job| !job.is_finished());
        let (leaving, out, run) = (Arc::clone(&self.leaving), out.clone(), Run::of(&self.running));
        self.jobs.push(std::thread::Builder::new().name(name.into()).spawn(move || {
            let _run = run;
            let said = job(&leaving);
            if leaving.load(Ordering::SeqCst) {
                return Some(said);
            }
            // Whoever leaves in this moment finds it in the channel.
            out.send(said).err().map(|unheard| unheard.0)
        })?);
        Ok(())
    }

    /// For whoever ends the program.
    pub(super) fn running(&self) -> Running {
        self.running.clone()
    }

    /// The program leaves: nothing further is begun. What is still to be written beside these jobs counts as one of them
    /// until the value is dropped.
    pub(super) fn leave(&self) -> Run {
        self.leaving.store(true, Ordering::SeqCst);
        Run::of(&self.running)
    }

    /// Waits until the last one is through. Gives what nobody heard.
    pub(super) fn end(self) -> Vec<String> {
        let said = self.jobs.into_iter().filter_map(|job| job.join().ok().flatten());
        said.filter_map(|said| match said {
            Msg::Done(text) | Msg::Failed(text) => Some(text),
            _ => None,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn leaving_waits_for_what_is_written_and_tells_what_became_of_it() {
        let (out, mut inbox) = tokio::sync::mpsc::unbounded_channel();
        let mut writing = Writing::default();
        writing.start("short", &out, |_| Msg::Done("short".into())).unwrap();
        assert!(matches!(inbox.blocking_recv(), Some(Msg::Done(text)) if text == "short"));
        let job = |leaving: &AtomicBool| {
            while !leaving.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
            Msg::Failed("one of two".into())
        };
        writing.start("long", &out, job).unwrap();
        assert!(writing.running().any());
        let rest = writing.leave();
        let running = writing.running();
        assert_eq!(writing.end(), ["one of two"]);
        assert!(inbox.try_recv().is_err() && running.any());
        drop(rest);
        assert!(!running.any());
    }
}
