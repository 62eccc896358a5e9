//! Settings in layers: flag over environment over file over default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clipboard {
    Auto,
    Osc52,
    File,
}
