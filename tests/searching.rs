//! Looking inside mails from the filter's prompt, as a reader meets it: keys in, screens out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

mod drive;

use drive::Drive;
use gosanke::facts::FactSet;
use gosanke::mailbox;
use gosanke::text::Lang;
use gosanke::tui::theme::Depth;

/// A folder of mails whose bodies are base64: the words of the odd ones are "red", those of the others "green".
fn folder(count: usize, lang: Lang) -> Drive {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..count {
        // "a red word", "a green word"
        let body = if n % 2 == 1 { "YSByZWQgd29yZA==" } else { "YSBncmVlbiB3b3Jk" };
        let mail = format!(
            "From: Shop <a@shop.example>\nTo: me@example.org\nSubject: mail {n}\nX-Number: {n}\n\
             Date: Mon, 2 Mar 2026 10:00:{n:02} +0000\nContent-Transfer-Encoding: base64\n\n{body}\n"
        );
        std::fs::write(folder.path().join(format!("{n:02}.eml")), mail).unwrap();
    }
    let opened = mailbox::open(&[folder.path().to_owned()]).unwrap();
    let mut drive = Drive::open(opened, FactSet::default(), 110, 24, lang, Depth::Mono);
    drive.keep = Some(folder);
    drive
}

#[test]
fn rows_appear_as_they_are_found_and_the_cursor_stays_on_its_mail() {
    let mut drive = folder(10, Lang::En);
    drive.keys("/").text("body:red");
    assert!(drive.searching.is_none(), "it waits for a pause");
    drive.pause().sees("searching 0 of 10").sees("0 of 10 mails");
    drive.search(4).sees("searching 4 of 10").sees("2 of 10 mails").sees("mail 1").sees("mail 3").misses("mail 5");
    drive.keys("Enter j");
    let here = drive.app.list.current_index();
    drive.search(10).sees("5 of 10 mails").misses("searching");
    assert_eq!(drive.app.list.current_index(), here);
    drive.keys("J").sees("searched 10 mails: 5 matches");
}

#[test]
fn another_query_ends_the_one_before_and_escape_ends_it_too() {
    let mut drive = folder(10, Lang::En);
    drive.keys("/").text("body:red").pause();
    let first = drive.searching.clone().unwrap().0;
    drive.search(4);
    drive.text("x");
    assert!(drive.searching.is_none(), "what is typed ends what ran");
    drive.pause();
    let (second, _, rows) = drive.searching.clone().unwrap();
    assert!(second > first && rows.len() == 10);
    // A late answer of the first changes nothing.
    let found = vec![(0, Some(gosanke::search::Found { bits: 1, cut: false }))];
    let generation = drive.app.generation;
    drive.send(gosanke::tui::msg::Msg::Searched { generation, search: first, found });
    drive.draw();
    drive.sees("0 of 10 mails");
    drive.keys("Esc").sees("10 mails").misses("searching");
    assert!(drive.searching.is_none());
    // Outside the prompt the first Esc ends the search and keeps what was found, the second clears the filter.
    drive.keys("/").text("body:red").keys("Enter").pause().search(4);
    drive.keys("Esc").sees("search ended at 4 of 10 mails").sees("2 of 10 mails").misses("searching");
    assert!(drive.searching.is_none());
    drive.pause().misses("searching").sees("searched only 4 of 10");
    drive.keys("Esc").misses("searched only");
    assert_eq!((drive.app.list.filter_text.as_str(), drive.app.list.order.len()), ("", 10));
}

#[test]
fn terms_of_all_kinds_go_together() {
    let mut drive = folder(10, Lang::En);
    drive.keys("/").text("body:/r.d/ -header:/^x-number: [13]$/ -subject:9").pause();
    drive.sees("searching 0 of 9");
    drive.search(10).sees("2 of 10 mails").sees("mail 5").sees("mail 7");
}

#[test]
fn a_wrong_pattern_is_told_in_the_prompt() {
    let mut drive = folder(2, Lang::En);
    drive.keys("/").text("body:/re[d/").sees("the pattern is not well-formed (unclosed character class)");
    drive.pause().misses("searching");
    assert_eq!(drive.app.list.order.len(), 2, "it holds nothing back");
    let mut drive = folder(2, Lang::Ja);
    drive.keys("/").text("body:/re[d/").sees("正規表現に誤りがあります");
    drive.keys("Esc /").text("body:red").pause().sees("検索中 0/2");
    drive.search(2).sees("2 通中 1 通");
}
