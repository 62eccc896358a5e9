//! Every example of docs/own-rules.md reads without a complaint, fires on the mail that it is for and is silent on its
//! twin; and the lists of that document are settings.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

use std::path::PathBuf;

use gosanke::analysis::{Own, analyze};
use gosanke::facts::FactSet;
use gosanke::rulebook;
use gosanke::signal::Weights;
use gosanke::text::Lang;

const DOCUMENT: &str = include_str!("../docs/own-rules.md");

/// The TOML blocks of the document.
fn blocks() -> Vec<&'static str> {
    DOCUMENT.split("```toml\n").skip(1).map(|rest| rest.split("\n```\n").next().unwrap()).collect()
}

const PATH: &str = "Received: from m.elsewhere.test (m.elsewhere.test [203.0.113.9])\n\tby mx.example.org (Postfix) with ESMTPS id 1;\n\tMon, 2 Mar 2026 20:00:00 +0000\n";

/// Rule, a mail that it fires on, and a twin that it does not fire on.
fn cases() -> Vec<(&'static str, String, String)> {
    let file = |name: &str, content: &str| {
        format!(
            "{PATH}From: a@elsewhere.test\nContent-Type: application/octet-stream; name=\"{name}\"\nContent-Disposition: attachment\n\n{content}\n"
        )
    };
    let page = "<!DOCTYPE html><html><body>hello</body></html>";
    let bank = |proof: &str| {
        format!("{proof}{PATH}From: boss@supplier.test\nSubject: x\n\nPlease note our new bank details below.\n")
    };
    let proof = "Authentication-Results: mx.example.org; dkim=pass header.d=supplier.test\n";
    let link = |host: &str| {
        format!(
            "{PATH}From: a@b.test\nContent-Type: text/html\n\n<a href=\"https://{host}/\">https://www.example.com/</a>\n"
        )
    };
    let hops = |time: &str| {
        format!(
            "{PATH}Received: from a (a [198.51.100.7]) by m.elsewhere.test with ESMTP;\n\tMon, 2 Mar 2026 {time} +0000\nFrom: a@b.test\n\nx\n"
        )
    };
    let monitor =
        |proof: &str| format!("{proof}{PATH}From: alerts@monitor.example.com\nX-Monitor-Run: 7\nSubject: disk\n\nx\n");
    let own = "Authentication-Results: mx.example.org; dkim=pass header.d=monitor.example.com\n";
    vec![
        ("own-invoice-as-web-page", file("Invoice 12.html", page), file("Invoice 12.pdf", "%PDF-1.4\n")),
        ("own-payment-pretext", bank(""), bank(proof)),
        ("own-site-imitated", link("evil.test"), link("shop.example.com")),
        ("own-long-wait", hops("10:00:00"), hops("19:59:00")),
        ("own-monitoring", monitor(own), monitor("")),
    ]
}

#[test]
fn every_example_of_the_document_fires_where_it_should() {
    let examples: Vec<&str> = blocks().into_iter().filter(|block| block.contains("[[rule]]")).collect();
    assert_eq!(examples.len(), cases().len());
    let text = examples.join("\n\n");
    let (rules, problems) = rulebook::read(&[(PathBuf::from("own-rules.md"), text)]);
    let told: Vec<String> = problems.iter().map(|problem| problem.text(Lang::En).to_string()).collect();
    assert_eq!(told, [""; 0]);
    let ids: Vec<&str> = rules.rules().map(|rule| rule.id).collect();
    assert_eq!(ids, cases().iter().map(|(id, ..)| *id).collect::<Vec<_>>());
    let own = Own { rules: rules.clone(), ..Own::default() };
    let found = |mail: &str| -> Vec<(&str, String)> {
        let analysis = analyze(mail.as_bytes(), &[], &FactSet::default(), &Weights::default(), &own);
        analysis.own.iter().map(|one| (one.rule.id, format!("{:?}", one.hit))).collect()
    };
    for (id, fires, silent) in cases() {
        let fired = found(&fires);
        assert_eq!(fired.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id], "{fired:?}\n{fires}");
        assert!(!fired[0].1.contains("\"?\""), "{fired:?}");
        assert_eq!(found(&silent), [], "{silent}");
    }
    for rule in rules.rules() {
        let values = (0..9).take_while(|n| rule.reason.en.contains(&format!("{{{n}}}"))).count();
        let own = cases().into_iter().find(|(id, ..)| *id == rule.id).unwrap();
        let analysis = analyze(
            own.1.as_bytes(),
            &[],
            &FactSet::default(),
            &Weights::default(),
            &Own { rules: rules.clone(), ..Own::default() },
        );
        assert_eq!(analysis.own[0].hit.values.len(), values, "{}", rule.id);
    }
}

#[test]
fn the_lists_of_the_document_are_settings() {
    let folder = tempfile::tempdir().unwrap();
    let lists = blocks().into_iter().find(|block| block.contains("own_domains")).unwrap();
    std::fs::write(folder.path().join("config.toml"), lists).unwrap();
    let places = gosanke::config::Places { config: Some(folder.path().to_owned()), data: None };
    let loaded = gosanke::config::Settings::load(
        &gosanke::config::Overrides::default(),
        &|_| None,
        &places,
        &gosanke::config::Known::default(),
    );
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    assert_eq!(loaded.settings.block, ["bad.test", "198.51.100.0/24"]);
    assert_eq!(loaded.settings.vips, ["Anna Example <anna@example.com>"]);
}
