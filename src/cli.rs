//! Subcommands and flags.

use std::process::ExitCode;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let mailbox = crate::mailbox::demo();
    let lines: Vec<crate::facts::Recorded> =
        serde_json::from_str(include_str!("../assets/demo/recorded.json")).unwrap_or_default();
    let facts: crate::facts::FactSet = lines.into_iter().collect();
    let folders = mailbox
        .folders()
        .iter()
        .map(|folder| crate::tui::app::FolderName {
            name: folder.name.clone(),
            path: folder.path.clone(),
            kind: folder.kind,
        })
        .collect();
    let env = |name: &str| std::env::var(name).ok();
    let start = crate::tui::app::Start {
        lang: if std::env::var("LANG_JA").is_ok() { crate::text::Lang::Ja } else { crate::text::Lang::En },
        theme: crate::tui::theme::Theme::new(crate::tui::theme::Depth::detect(&env), false),
        keymap: crate::tui::keymap::Keymap::default(),
        reach: crate::facts::Reach::Local,
        sort: crate::tui::list::Sort::Mailbox,
        reverse: false,
        weights: crate::signal::Weights::default(),
        folders,
        facts,
        marks: std::collections::HashMap::new(),
        tz: jiff::tz::TimeZone::system(),
        size: (80, 24),
        demo: true,
    };
    let (events, mut saved) = tokio::sync::mpsc::unbounded_channel();
    let keeper = crate::store::Keeper::start(Some(std::env::temp_dir()), move |event| {
        let _ = events.send(event);
    });
    let _ = saved.blocking_recv();
    let done = crate::tui::run(crate::tui::Launch {
        start,
        mailbox,
        engine: crate::lookup::Settings::new(crate::lookup::system_clock()),
        keeper,
        saved,
        clipboard: crate::config::Clipboard::Auto,
        data_dir: std::env::temp_dir(),
        mouse: false,
        warnings: Vec::new(),
    });
    if let Err(why) = done {
        eprintln!("gosanke: {why:#}");
        return ExitCode::from(4);
    }
    ExitCode::SUCCESS
}
