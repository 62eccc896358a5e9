//! Puts together what the reader set up: his side, his lists, his rules. What is wrong with any of it is told, and the
//! rest holds.

use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::Own;
use crate::config::{Settings, rule_files};
use crate::evidence;
use crate::rulebook;
use crate::text::Lang;

/// What the reader set up, and what is wrong with it, ready to be shown.
pub(super) fn own(settings: &Settings) -> (Own, Vec<String>) {
    let lang = settings.lang;
    let (texts, problems) = rule_files(settings);
    let mut told: Vec<String> = problems.iter().map(|problem| problem.text(lang).to_string()).collect();
    let (rules, wrong) = rules(&texts, lang);
    told.extend(wrong);
    let side = evidence::Own {
        domains: settings.own_domains.clone(),
        authserv_ids: settings.authserv_ids.clone(),
        // The settings hold nothing else than networks.
        relays: settings.relays.iter().filter_map(|network| network.parse().ok()).collect(),
    };
    (Own { side: Arc::new(side), rules }, told)
}

fn rules(texts: &[(PathBuf, String)], lang: Lang) -> (rulebook::Rulebook, Vec<String>) {
    let (rules, wrong) = rulebook::read(texts);
    (rules, wrong.iter().map(|problem| problem.text(lang).to_string()).collect())
}
