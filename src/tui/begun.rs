//! A mailbox that is being listed while the rest of the program is still put together: its first rows are there by the
//! time there is a screen to show them on. Lists and nothing else; no mail is analyzed before it is known how.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::msg::Msg;
use super::recall::Recall;
use super::worker::Workers;
use crate::mailbox::Opened;

/// The folder that a screen begins with, and the number of its first run: the wish that [`super::app::App::new`] gives.
pub(super) const FIRST: (u16, u64) = (0, 1);

/// The listing, and the way on which its rows come.
#[derive(Debug)]
pub struct Begun {
    pub(super) workers: Workers,
    pub(super) out: UnboundedSender<Msg>,
    pub(super) inbox: UnboundedReceiver<Msg>,
}

impl Begun {
    /// Begins to list the first folder. `recall` tells where rows and badges are kept between runs; `None` where they are not.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(mailbox: Opened, recall: Option<Recall>) -> std::io::Result<Self> {
        super::terminal::hush();
        let (out, inbox) = unbounded_channel();
        let workers = Workers::new(Arc::new(mailbox), recall, out.clone())?;
        let (folder, run) = FIRST;
        workers.list(folder, run)?;
        Ok(Self { workers, out, inbox })
    }
}
