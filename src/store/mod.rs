//! stub
use crate::mailbox::Identity;
use crate::text::Words;
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    Malicious,
    Suspicious,
    Benign,
}
impl Mark {
    pub fn words(self) -> Words {
        Words::new("x", "x")
    }
}
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    pub mark: Option<Mark>,
    pub note: String,
}
pub enum Event {
    Changed(Vec<(Identity, Option<Marked>)>),
    NothingToUndo,
    Failed(String),
}
pub struct Keeper;
impl Keeper {
    pub fn listen(&self, _f: impl Fn(Event) + Send + 'static) {}
    pub fn mark(&self, _: Vec<Identity>, _: Option<Mark>, _: i64) {}
    pub fn note(&self, _: Identity, _: String, _: i64) {}
    pub fn undo(&self) {}
}
