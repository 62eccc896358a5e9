//! Generated documents are current. `UPDATE_DOCUMENTS=1 cargo verify --test documents` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

fn is_current(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        return;
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "docs/{name} is not current: UPDATE_DOCUMENTS=1 cargo verify --test documents");
}

#[test]
fn the_list_of_rules_is_current() {
    is_current("rules.md", &gosanke::export::rules::markdown());
}

#[test]
fn the_list_of_the_fields_of_a_scan_is_current() {
    is_current("record.md", &gosanke::export::record::document());
}

#[test]
fn the_list_of_limits_is_current() {
    is_current("limits.md", &gosanke::export::limits::document());
}

#[test]
fn the_list_of_keys_is_current() {
    is_current("keys.md", &gosanke::tui::action::markdown());
}

#[test]
fn the_readmes_name_the_two_commands_and_their_documents() {
    for name in ["README.md", "README.ja.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
        let head: String = text.lines().take(30).collect::<Vec<_>>().join("\n");
        assert!(head.contains("cargo demo") && head.contains("cargo verify"), "{name}");
        for link in ["docs/rules.md", "docs/keys.md"] {
            assert!(text.contains(link), "{name} does not lead to {link}");
        }
        assert!(text.contains("IP geolocation by DB-IP (https://db-ip.com), CC BY 4.0"), "{name}: attribution");
    }
}
