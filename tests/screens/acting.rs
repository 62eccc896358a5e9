//! What a user does with mails: marks, notes, copies, saved parts.

use gosanke::text::Lang;
use gosanke::tui::msg::Msg;
use gosanke::tui::theme::Depth;

use super::drive::Drive;

#[test]
fn a_note_says_which_mail_it_is_for() {
    let mut demo = Drive::demo(100, 30);
    let subject = demo.app.list.row(1).unwrap().summary.subject;
    let start: String = subject.chars().take(10).collect();
    demo.keys("m t").sees("note on").sees(&start);
}

#[test]
fn in_the_inspector_a_mark_is_for_the_open_mail_whatever_is_selected() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("Space Space j Enter m");
    let marked: Vec<u32> =
        (0..18).filter(|index| demo.app.list.row(*index).is_some_and(|row| row.mark.is_some())).collect();
    assert_eq!(marked, [3]);
}

#[test]
fn marks_are_set_shown_filtered_and_undone() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("m b s");
    let mark = |demo: &Drive, index: u32| demo.app.list.row(index).unwrap().mark;
    assert_eq!(mark(&demo, 0), Some(gosanke::store::Mark::Malicious));
    assert_eq!(mark(&demo, 1), Some(gosanke::store::Mark::Benign));
    assert_eq!(mark(&demo, 2), Some(gosanke::store::Mark::Suspicious));
    demo.keys("/").text("mark:benign").keys("Enter");
    assert_eq!(demo.app.list.order, [1]);
    demo.keys("c u u u");
    assert_eq!((mark(&demo, 0), mark(&demo, 1), mark(&demo, 2)), (None, None, None));
    demo.keys("m u").sees("taken back on 1 mail").misses("not among those");
    demo.send(Msg::Undone(vec![(gosanke::mailbox::Identity([9; 32]), None)]));
    demo.draw();
    demo.sees("taken back on 1 mail, 1 of them not among those listed here");
    demo.keys("u").sees("· nothing to undo");
    // What was told of one key does not stand beside the work of the next one.
    demo.keys("m").misses("nothing to undo");
    demo.app.warn(vec!["a file is damaged".into()]);
    demo.keys("j").sees("✗ warnings: 1; J shows them");
}

#[test]
fn several_mails_are_marked_at_once() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("Space Space v j j v m");
    let marked = demo.app.list.rows.iter().filter(|row| row.mark.is_some()).count();
    assert_eq!(marked, 5);
    demo.keys("V u");
    assert!(demo.app.list.rows.iter().all(|row| row.mark.is_none() && !row.selected));
}

#[test]
fn a_note_is_written_and_seen_on_its_row() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("t").text("asked the hosting provider").keys("Enter");
    assert!(demo.app.list.row(0).unwrap().noted);
    demo.keys("/").text("has:note").keys("Enter");
    assert_eq!(demo.app.list.order, [0]);
}

#[test]
fn what_is_copied_is_defanged_printable_ascii_one_line_each() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("j j j y").sees("all indicators").sees("URLs");
    demo.keys("i");
    let text = demo.copied.last().unwrap().clone();
    assert!(text.contains("hxxps://kagoya-support-notification[.]azurefd[.]net/"), "{text}");
    for mail in 0..18 {
        demo.app.list.go(mail);
        demo.draw();
        demo.keys("y i");
        let text = demo.copied.last().unwrap();
        assert!(!text.contains("http://") && !text.contains("https://"), "mail {mail}: {text}");
        assert!(text.bytes().all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)), "mail {mail}: {text}");
    }
}

#[test]
fn a_live_value_is_copied_only_after_a_question() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("Enter 4 Y");
    assert!(demo.copied.is_empty());
    demo.keys("n");
    assert!(demo.copied.is_empty());
    demo.keys("Y y");
    assert_eq!(demo.copied.len(), 1);
}

#[test]
fn a_line_of_the_source_is_copied_without_its_place() {
    let mut demo = Drive::demo(120, 40);
    demo.keys("Enter 0 y v");
    let copied = demo.copied.pop().unwrap();
    assert!(copied.contains(": ") && !copied.contains('│'), "{copied}");
}

#[test]
fn saving_shows_what_goes_where_and_asks_first() {
    let folder = tempfile::tempdir().unwrap();
    let mail = "From: a@b.example\nSubject: files\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n\
        Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"../../bill.pdf\"\n\nx\n--b--\n";
    std::fs::write(folder.path().join("one.eml"), mail).unwrap();
    let opened = gosanke::mailbox::open(&[folder.path().join("one.eml")]).unwrap();
    let mut screen = Drive::open(opened, gosanke::facts::FactSet::default(), 100, 30, Lang::En, Depth::True);
    screen.app.save_dir = "/somewhere".into();
    screen.keys("Enter S").sees("all files of this mail");
    screen.keys("a").sees("/somewhere/mail-").sees("03-bill-").sees("(1 bytes)");
    assert!(screen.written.is_empty());
    screen.keys("n");
    assert!(screen.written.is_empty(), "no is no");
    screen.keys("S p").sees("put the cursor on a part");
    screen.keys("9 G S p").sees("03-bill-");
    screen.keys("n S z").sees("password \"infected\"");
    screen.keys("y");
    assert!(matches!(&screen.written[..], [gosanke::tui::msg::Cmd::Save(job)] if job.sealed && job.items.len() == 1));
}

#[test]
fn the_quarantine_key_does_nothing_until_a_place_is_configured() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("Q").sees("quarantine is off");
    assert!(demo.written.is_empty());
    demo.app.quarantine_dir = "/away".into();
    demo.keys("Q").sees("Quarantine 1 mail?").sees("/away");
    demo.keys("y");
    assert!(matches!(&demo.written[..], [gosanke::tui::msg::Cmd::Quarantine(rows)] if rows.len() == 1));
    // What is meant to come back now is the mail, and no mark of another one.
    demo.keys("u").sees("gosanke quarantine --undo");
    demo.keys("u").misses("quarantine --undo");
}
