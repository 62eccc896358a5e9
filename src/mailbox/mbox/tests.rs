//! What each mbox variant gives, and what is doubtful, in small. The real variants are checked in `mailbox::tests`.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::super::blob::Origin;
use super::*;

const A: &str = "From a@example.com Thu Aug 22 16:23:28 2002\n";
const B: &str = "From b@example.com Fri Aug 23 16:23:28 2002\n";

fn mbox(bytes: &[u8]) -> Mbox {
    let source = Source::Memory(Arc::new(bytes.to_vec()));
    Mbox::new(Blob::new(Origin::Memory(source, None), false, Arc::new(AtomicU64::new(0))))
}

fn listed(mailbox: &Mbox) -> Vec<Place> {
    let mut all = Vec::new();
    mailbox
        .index(None, &mut |places, _, _| {
            all.extend(places);
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

/// The messages as text, each with its doubts.
fn messages(bytes: &[u8]) -> Vec<(String, Vec<Doubt>)> {
    let mailbox = mbox(bytes);
    let read = |place: Place| {
        let bytes = mailbox.read(place.range, Vec::new()).unwrap_or_default();
        (String::from_utf8_lossy(&bytes).into_owned(), place.doubts)
    };
    listed(&mailbox).into_iter().map(read).collect()
}

fn texts(bytes: &[u8]) -> Vec<String> {
    messages(bytes).into_iter().map(|(text, _)| text).collect()
}

fn doubts(text: &str) -> Vec<Vec<Doubt>> {
    messages(text.as_bytes()).into_iter().map(|(_, doubts)| doubts).collect()
}

#[test]
fn messages_lose_the_from_line_and_the_separating_empty_line() {
    let text = format!("{A}Subject: 1\n\none\n\n{B}Subject: 2\n\ntwo\n\n\n");
    assert_eq!(texts(text.as_bytes()), ["Subject: 1\n\none\n", "Subject: 2\n\ntwo\n\n"]);
    assert_eq!(doubts(&text), [vec![], vec![]]);
}

#[test]
fn carriage_returns_stay_and_are_no_hindrance() {
    let text = format!("{A}Subject: 1\n\none\n\n{B}Subject: 2\n\ntwo\n\n").replace('\n', "\r\n");
    assert_eq!(texts(text.as_bytes()), ["Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n"]);
}

#[test]
fn mboxrd_loses_one_mark() {
    let text = format!("{A}Subject: 1\n\n>From a\n> quoted\n>>From b\n> From c\n>>>>From d\nnot >From e\n\n");
    assert_eq!(texts(text.as_bytes()), ["Subject: 1\n\nFrom a\n> quoted\n>From b\n> From c\n>>>From d\nnot >From e\n"]);
    assert_eq!(mbox_variant(&text), Variant::Mboxrd);
}

#[test]
fn mboxo_keeps_its_marks() {
    let text = format!("{A}Subject: 1\n\n> a reply\n>From me\n> goes on\n\n{B}Subject: 2\n\n>From here\n\n");
    assert_eq!(texts(text.as_bytes())[1], "Subject: 2\n\n>From here\n");
    assert_eq!(mbox_variant(&text), Variant::Mboxo);
}

#[test]
fn mboxcl2_keeps_what_looks_like_a_separator_in_one_message() {
    let body = format!("one\n\n{B}Subject: not a message\n\n");
    let text =
        format!("{A}Subject: 1\nContent-Length: {}\n\n{body}\n{B}Subject: 2\nContent-Length: 4\n\ntwo\n\n", body.len());
    let found = messages(text.as_bytes());
    assert_eq!(found.len(), 2);
    assert!(found[0].0.ends_with(&body), "{:?}", found[0].0);
    assert_eq!(found[0].1, [Doubt::SeparatorLookalike]);
    assert!(found[1].0.ends_with("\n\ntwo\n"));
    assert_eq!(mbox_variant(&text), Variant::Mboxcl2);
}

#[test]
fn mboxcl_keeps_its_marks() {
    let text = format!("{A}Subject: 1\nContent-Length: 8\n\n>From a\n\n{B}Subject: 2\nContent-Length: 4\n\ntwo\n\n");
    assert_eq!(texts(text.as_bytes())[0], "Subject: 1\nContent-Length: 8\n\n>From a\n");
    assert_eq!(mbox_variant(&text), Variant::Mboxcl);
}

#[test]
fn a_mail_that_comes_later_turns_the_file_and_not_which_mail_one_is() {
    // Quoting: kept marks of the second message make mboxo of what was mboxrd. Spacing: two mails without an empty line
    // before them make empty lines at the end the messages' own.
    let quoted = format!("{A}Subject: 1\n\n>From here\n\n");
    let reply = format!("{B}Subject: 2\n\n> a reply\n>From me\n> goes on\n\n");
    let spaced = format!("{A}Subject: 1\n\none\n\n{B}Subject: 2\n\ntwo\n\n");
    let bare = format!("{A}Subject: 3\n\nthree\n{B}Subject: 4\n\nfour\n{A}Subject: 5\n\nfive\n");
    let mails = |text: &str| -> Vec<Canonical> {
        let mailbox = mbox(text.as_bytes());
        listed(&mailbox).into_iter().map(|place| mailbox.read(place.range, Vec::new()).unwrap()).collect()
    };
    for (before, more) in [(quoted, reply), (spaced, bare)] {
        let (then, now) = (mails(&before), mails(&(before.clone() + &more)));
        assert_ne!(*then[0], *now[0], "the judgment did not turn: {before}");
        for (then, now) in then.iter().zip(&now) {
            assert_eq!(then.identity(), now.identity(), "{then:?} {now:?}");
        }
    }
}

fn mbox_variant(text: &str) -> Variant {
    let mailbox = mbox(text.as_bytes());
    listed(&mailbox);
    assert_eq!(Mbox::guess(text.as_bytes().to_vec()), mailbox.variant().unwrap());
    mailbox.variant().unwrap()
}

#[test]
fn a_content_length_that_points_elsewhere_is_not_believed() {
    for length in ["999999", "1", "-1", "18446744073709551616", "x", "0"] {
        let text = format!("{A}Subject: 1\nContent-Length: {length}\n\none\n\n{B}Subject: 2\n\ntwo\n\n");
        let found = messages(text.as_bytes());
        assert_eq!(found.len(), 2, "{length}");
        assert!(found[0].0.ends_with("\n\none\n"), "{length}");
        assert_eq!(found[0].1, [Doubt::WrongContentLength], "{length}");
    }
}

#[test]
fn without_empty_lines_a_date_and_fields_start_a_message() {
    let text = format!("{A}Subject: 1\n\none\n\n{B}Subject: 2\n\ntwo\n{A}Subject: 3\n\nthree\n{B}Subject: 4\n\n4\n");
    // The empty line behind "one" is the message's own: most separators of this file have none.
    assert_eq!(
        texts(text.as_bytes()),
        ["Subject: 1\n\none\n\n", "Subject: 2\n\ntwo\n", "Subject: 3\n\nthree\n", "Subject: 4\n\n4\n"]
    );
    assert_eq!(
        doubts(&text),
        [
            vec![],
            vec![Doubt::UncertainEnd],
            vec![Doubt::UncertainStart, Doubt::UncertainEnd],
            vec![Doubt::UncertainStart]
        ]
    );
}

#[test]
fn without_a_date_an_empty_line_and_fields_start_a_message() {
    let text = format!("{A}Subject: 1\n\none\n\nFrom \nSubject: 2\n\ntwo\n\n");
    assert_eq!(doubts(&text), [vec![Doubt::UncertainEnd], vec![Doubt::UncertainStart]]);
}

#[test]
fn sentences_start_no_message() {
    for body in [
        "From me to you, with love\ntext\n",
        "text\n\nFrom here on\nhttp://x.example/\n",
        "text\n\nFrom here on\nTodo: buy milk\n",
        "text\nFrom me\nSubject: neither empty line nor date\n",
    ] {
        let text = format!("{A}Subject: 1\n\n{body}\n{B}Subject: 2\n\ntwo\n\n");
        assert_eq!(doubts(&text), [vec![], vec![]], "{body}");
    }
}

#[test]
fn a_dated_line_in_a_paragraph_is_kept_and_said() {
    let text = format!("{A}Subject: 1\n\ntext\n{B}and more text\n\n");
    assert_eq!(doubts(&text), [vec![Doubt::SeparatorLookalike]]);
}

#[test]
fn a_first_line_without_a_date_is_doubtful() {
    assert_eq!(doubts("From \nSubject: 1\n\none\n"), [vec![Doubt::UncertainStart]]);
}

#[test]
fn a_mailbox_that_was_cut_off_says_so_on_its_last_message() {
    let whole = format!("{A}Subject: 1\n\none\n\n");
    for end in ["Subject: 2\nX-Long: a", "Subject: 2\nTo: b@example.com\n", "Subject: 2\n\ntwo"] {
        assert_eq!(doubts(&format!("{whole}{B}{end}")), [vec![], vec![Doubt::Truncated]], "{end}");
    }
    assert_eq!(doubts(&format!("{whole}{B}Subject: 2\n\ntwo\n")), [vec![], vec![]]);
}

#[test]
fn a_byte_order_mark_and_empty_lines_may_stand_first() {
    let text = format!("\u{feff}\n\r\n{A}Subject: 1\n\none\n\n{B}Subject: 2\n\ntwo\n\n");
    assert_eq!(texts(text.as_bytes()), ["Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"]);
}

#[test]
fn a_hole_of_zeros_hides_no_message() {
    let mut text = format!("{A}Subject: 1\n\none\n\n").into_bytes();
    text.resize(text.len() + (1 << 20), 0);
    text.extend_from_slice(format!("\n{B}Subject: 2\n\ntwo\n\n").as_bytes());
    let found = messages(&text);
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], ("Subject: 2\n\ntwo\n".to_owned(), vec![Doubt::UncertainStart]));
}

#[test]
fn every_place_of_a_block_boundary_gives_the_same_messages() {
    // Messages of odd sizes put separators, headers and quoted lines on every side of the boundaries.
    let mut text = String::new();
    for nth in 0..6000 {
        let fill = "x".repeat(nth % 97);
        text.extend([A, &format!("Subject: {nth}\n\n>From {fill}\n\n")]);
    }
    let mailbox = mbox(text.as_bytes());
    let found = listed(&mailbox);
    assert_eq!(found.len(), 6000);
    for (nth, place) in found.iter().enumerate() {
        let fill = "x".repeat(nth % 97);
        let wanted = format!("Subject: {nth}\n\n>From {fill}\n");
        assert_eq!(*mailbox.read(place.range, Vec::new()).unwrap(), *wanted.as_bytes());
        assert!(place.doubts.is_empty());
    }
}

#[test]
fn a_separator_of_a_megabyte_is_a_separator() {
    let long = format!("From {} Thu Aug 22 16:23:28 2002\n", "a".repeat(1 << 20));
    let text = format!("{A}Subject: 1\n\none\n\n{long}Subject: 2\n\ntwo\n\n");
    let mailbox = mbox(text.as_bytes());
    let found = listed(&mailbox);
    assert_eq!(found.len(), 2);
    assert_eq!(*mailbox.read(found[1].range, Vec::new()).unwrap(), *b"Subject: 2\n\ntwo\n");
    assert_eq!(mailbox.head(found[1].range, 10).unwrap(), b"Subject: 2");
}

#[test]
fn empty_messages_are_counted() {
    assert_eq!(doubts(&format!("{A}\n").repeat(1000)).len(), 1000);
}

#[test]
fn a_message_reads_the_same_before_and_after_the_listing() {
    let mut text = String::new();
    for nth in 0..2000 {
        text.extend([A, &format!("Subject: {nth}\n\n> a reply\n>>From deeper\n\n")]);
    }
    let listed_first = mbox(text.as_bytes());
    let places = listed(&listed_first);
    let fresh = mbox(text.as_bytes());
    assert_eq!(fresh.variant(), None);
    assert_eq!(fresh.head(places[0].range, 4096).unwrap(), b"Subject: 0\n\n> a reply\n");
    assert_eq!(
        fresh.read(places[0].range, Vec::new()).unwrap(),
        listed_first.read(places[0].range, Vec::new()).unwrap()
    );
    assert_eq!(fresh.variant(), Some(Variant::Mboxrd));
    assert_eq!(fresh.head(places[0].range, 4096).unwrap(), b"Subject: 0\n\n> a reply\n>From deeper\n\n");
}

#[test]
fn the_first_batch_is_small_and_a_listing_can_be_ended() {
    let text = format!("{A}Subject: 1\n\none\n\n").repeat(10_000);
    let mailbox = mbox(text.as_bytes());
    let mut sizes = Vec::new();
    mailbox
        .index(None, &mut |places, progress, _| {
            sizes.push((places.len(), progress.total == Some(text.len() as u64)));
            if sizes.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!(sizes, [(FIRST, true), (BATCH, true)]);
}

#[test]
fn a_place_that_is_no_separator_any_more_is_not_read() {
    let mailbox = mbox(format!("{A}Subject: 1\n\none\n\n").as_bytes());
    assert_eq!(mailbox.read((3, 20), Vec::new()), Err(unreadable(CHANGED)));
}
