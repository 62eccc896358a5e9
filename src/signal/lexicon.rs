//! What a mail says of the topics that rules ask for. The phrases were looked for once, when the evidence was made: here
//! is only asked what was found. English and Japanese; matched without regard to ASCII case, Latin phrases from a word's
//! start.
//!
//! To add a topic, write its file in `assets/lexicon/` and its line in `evidence/wording.rs`.

use crate::evidence::{Evidence, Topic, WordPlace};

pub(super) use Topic::{
    AccountChange as ACCOUNT_CHANGE, AccountTrouble as ACCOUNT_TROUBLE, Fraud as FRAUD, FraudDemand as FRAUD_DEMAND,
    Greeting as GREETING, Mailbox as MAILBOX, MailboxTrouble as MAILBOX_TROUBLE, Office as OFFICE, Prize as PRIZE,
};

/// The first phrase of a topic in the name of the sender, as it stands there.
pub(super) fn in_name(topic: Topic, evidence: &Evidence) -> Option<&str> {
    evidence.body.wording.said(topic, WordPlace::Name)
}

/// The first phrase in the subject.
pub(super) fn in_subject(topic: Topic, evidence: &Evidence) -> Option<&str> {
    evidence.body.wording.said(topic, WordPlace::Subject)
}

/// The first phrase in the readable text.
pub(super) fn in_text(topic: Topic, evidence: &Evidence) -> Option<&str> {
    evidence.body.wording.said(topic, WordPlace::Body)
}

/// The first phrase in subject or readable text.
pub(super) fn first(topic: Topic, evidence: &Evidence) -> Option<&str> {
    in_subject(topic, evidence).or_else(|| in_text(topic, evidence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::examine;
    use crate::message::Message;

    fn read(mail: &str) -> Evidence {
        examine(&Message::parse(mail.as_bytes()), &[])
    }

    #[test]
    fn every_line_of_a_list_is_a_phrase() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lexicon");
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
                let (language, phrase) = line.split_once('\t').unwrap();
                assert!(
                    ["en", "ja", "xx"].contains(&language) && phrase.trim() == phrase && !phrase.is_empty(),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn a_phrase_inside_a_longer_word_is_not_found() {
        for (name, found) in [
            ("Summit Support Club", None),
            ("ACME IT Support", Some("IT Support")),
            ("弊社サーバー管理者", Some("サーバー管理")),
        ] {
            let mail = format!("From: {name} <a@one.example>\n\nx");
            assert_eq!(in_name(OFFICE, &read(&mail)), found);
        }
    }

    #[test]
    fn a_phrase_across_a_line_end_is_found() {
        let found = read("Subject: x\n\nthe account\nhas been limited\n");
        assert_eq!(in_text(ACCOUNT_TROUBLE, &found), Some("account has been"));
    }
}
