//! A thread of its own for the tasks of look-ups: thousands of answers in a second must not stand before a key that somebody
//! presses. It sleeps while nothing is asked, opens nothing by itself, and ends with this value.

use std::io;
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The thread. Whoever holds it hands its [`Apart::handle`] to [`super::Engine::start`].
#[derive(Debug)]
pub struct Apart {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Apart {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system has no thread or no event queue left.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let work = move || {
            let _ = runtime.block_on(ended);
            // Tasks are dropped here, and each writes what becomes of its question; nobody waits for what blocks.
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("lookups".to_owned()).spawn(work)?;
        Ok(Self { handle, end: Some(end), thread: Some(thread) })
    }

    /// Where tasks are made.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Says when it is dropped.
    struct Told(Arc<AtomicBool>);

    impl Drop for Told {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[test]
    fn tasks_run_on_the_thread_and_end_with_it() {
        let apart = Apart::start().unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        apart.handle().spawn(async move {
            sender.send(std::thread::current().name().map(ToOwned::to_owned)).unwrap();
        });
        assert_eq!(receiver.recv().unwrap().as_deref(), Some("lookups"));
        let gone = Arc::new(AtomicBool::new(false));
        let told = Told(Arc::clone(&gone));
        apart.handle().spawn(async move {
            std::future::pending::<()>().await;
            drop(told);
        });
        drop(apart);
        assert!(gone.load(Ordering::SeqCst), "what was under way is dropped before the program goes on");
    }
}
