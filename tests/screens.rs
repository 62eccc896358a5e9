//! Keys go in, screens come out: what a user does with the demo, at three sizes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that cannot go on fails"
)]

#[path = "screens/acting.rs"]
mod acting;
mod drive;

use drive::Drive;
use gosanke::analysis::{Own, analyze};
use gosanke::facts::FactSet;
use gosanke::signal::Weights;
use gosanke::text::Lang;
use gosanke::tui::msg::{Cmd, Msg};
use gosanke::tui::theme::Depth;
use gosanke::verdict::Level;
use ratatui::style::Modifier;

const SIZES: [(u16, u16); 3] = [(160, 45), (100, 30), (60, 20)];

#[test]
fn the_list_shows_every_mail_of_the_demo_with_badge_sender_and_subject() {
    let demo = Drive::demo(160, 45);
    assert_eq!(demo.app.list.rows.len(), 18);
    demo.sees("HIGH ▲").sees("estprime.com").sees("message returner to sender").sees("reach: local");
    demo.sees("×3");
}

#[test]
fn both_write_ups_are_rated_high_and_the_honest_mails_are_not() {
    let demo = Drive::demo(160, 45);
    let level = |index: u32| demo.app.list.row(index).unwrap().digest().unwrap().level;
    for index in 0..4 {
        assert_eq!(level(index), Level::High, "mail {}", index + 1);
    }
    for index in 4..8 {
        assert!(level(index) <= Level::Low, "honest mail {} is {:?}", index + 1, level(index));
    }
    for index in 8..18 {
        assert!(level(index) >= Level::Medium, "mail {} is {:?}", index + 1, level(index));
    }
}

#[test]
fn the_first_write_up_says_equal_and_the_second_different() {
    let mut demo = Drive::demo(160, 45);
    demo.keys("Enter 2 z");
    demo.sees("117.120.49.144");
    demo.keys("z Esc j j j Enter 2 z").sees("203.142.206.12").sees("52.140.204.1");
    demo.keys("z 3 z").sees("anycast");
    demo.keys("z 4 z").sees("hxxps://").sees("kagoya-support-notification").sees("azurefd[.]net");
}

#[test]
fn the_campaign_of_three_is_seen_as_one() {
    let mut demo = Drive::demo(160, 45);
    demo.keys("Enter 5 z").sees("Campaign: 3 mails").sees("3 senders");
}

#[test]
fn a_campaign_that_grows_is_told_of_the_open_mail_at_once() {
    let mut demo = Drive::demo(160, 45);
    demo.keys("Enter 5 z").sees("Campaign: 3 mails");
    // Another program rewrote a mail: it is of the campaign now.
    let entry = demo.app.list.row(0).unwrap().entry;
    let bytes = gosanke::mailbox::demo().read(&entry).unwrap();
    let brief = analyze(&bytes, &[], &FactSet::default(), &Weights::default(), &Own::default()).brief();
    let generation = demo.app.generation;
    demo.hold_analysis = true;
    demo.send(Msg::Changed { generation, parts: Vec::new(), again: vec![3] });
    demo.send(Msg::Briefs { generation, briefs: vec![(3, brief)] });
    demo.draw();
    demo.sees("Campaign: 4 mails");
}

#[test]
fn every_pane_says_something_at_every_size_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        for (width, height) in SIZES {
            let mut demo =
                Drive::open(gosanke::mailbox::demo(), drive::recorded(), width, height, lang, Depth::Sixteen);
            for mail in 0..18 {
                demo.app.list.go(mail);
                demo.draw();
                demo.keys("Enter");
                for pane in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"] {
                    demo.keys(pane);
                    let focus = demo.app.inspector.focus;
                    let laid = demo.app.inspector.last(focus).unwrap();
                    assert!(!laid.stops.is_empty(), "mail {mail}, pane {pane}, {width}x{height}");
                    let room = usize::from(laid.width);
                    assert!(room <= usize::from(width));
                    for row in &laid.rows {
                        let used: usize = row.pieces.iter().map(|(text, _)| gosanke::text::columns(text)).sum();
                        assert!(used + usize::from(row.indent) <= room, "mail {mail}, pane {pane}: {row:?}");
                    }
                }
                demo.keys("Esc");
            }
        }
    }
}

#[test]
fn escape_goes_back_and_never_quits() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("Enter z ? Esc Esc Esc Esc Esc Esc");
    assert!(!demo.left);
    demo.sees("Mails");
    demo.keys("q");
    assert!(demo.left);
}

#[test]
fn the_filter_works_while_it_is_typed_and_escape_takes_it_back() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("/").text("kagoya");
    assert_eq!(demo.app.list.order.len(), 1);
    demo.sees("filter: kagoya");
    demo.keys("Esc");
    assert_eq!(demo.app.list.order.len(), 18);
    demo.keys("/").text("level:high -estprime").keys("Enter");
    assert!(demo.app.list.order.len() < 18);
    assert!(
        demo.app
            .list
            .order
            .iter()
            .all(|index| { demo.app.list.row(*index).unwrap().digest().unwrap().level == Level::High })
    );
    demo.keys("Esc");
    assert_eq!(demo.app.list.order.len(), 18);
}

#[test]
fn a_filter_that_is_given_up_leaves_the_cursor_where_it_was() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("j j j j j /").text("estprime").keys("Esc");
    assert_eq!(demo.app.list.current_index(), Some(5));
}

#[test]
fn a_filter_that_passes_others_first_leaves_the_cursor_where_it_was() {
    let mut demo = Drive::demo(100, 30);
    // Its first letters find other mails only; all of it finds nearly all.
    demo.keys("j j j j j /").text("mark:none").keys("Enter");
    assert_eq!(demo.app.list.current_index(), Some(5));
    // What does not pass is stood for by its neighbor.
    demo.keys("m /").text("mark:none").keys("Enter");
    demo.keys("Esc g j j j j j m");
    demo.keys("k /").text("mark:none");
    assert_eq!(demo.app.list.current_index(), Some(6));
}

#[test]
fn a_folder_comes_back_with_its_cursor_filter_and_selection() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.mbox", "b.mbox"] {
        let mail = |n: usize| {
            format!(
                "From x@a.example Mon Mar  2 10:00:0{n} 2026\nFrom: Ann <ann@a.example>\nSubject: {name} {n}\n\nhello {n}\n\n"
            )
        };
        std::fs::write(folder.path().join(name), (0..5).map(mail).collect::<String>()).unwrap();
    }
    let paths = [folder.path().join("a.mbox"), folder.path().join("b.mbox")];
    let opened = gosanke::mailbox::open(&paths).unwrap();
    let mut two = Drive::open(opened, FactSet::default(), 100, 30, Lang::En, Depth::True);
    two.keys("Space Space j /").text("a.mbox").keys("Enter").sees("2 selected");
    let before = two.app.list.current_index();
    two.keys("f j Enter").sees("b.mbox 0");
    assert_eq!(two.app.list.selected(), 0);
    two.keys("f k Enter").sees("a.mbox 0").sees("2 selected");
    assert_eq!(two.app.list.current_index(), before);
    assert_eq!(two.app.list.filter_text, "a.mbox");
}

#[test]
fn a_line_taller_than_its_pane_is_scrolled_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.eml");
    let words = "word ".repeat(700);
    std::fs::write(
        &path,
        format!("From: Ann <ann@a.example>\nSubject: x\nX-Long: {words}END-OF-LINE\nTo: b@b.example\n\nx\n"),
    )
    .unwrap();
    for key in ["j", "PgDn", "C-d"] {
        let paths = gosanke::mailbox::open(std::slice::from_ref(&path)).unwrap();
        let mut long = Drive::open(paths, FactSet::default(), 60, 20, Lang::En, Depth::True);
        long.keys("Enter 8");
        let mut seen = false;
        for _ in 0..400 {
            long.keys(key);
            seen |= long.screen().contains("END-OF-LINE");
        }
        assert!(seen, "{key} never shows the end of the line:\n{}", long.screen());
        let focus = long.app.inspector.focus;
        let last = long.app.inspector.last(focus).unwrap().stops.len() - 1;
        assert_eq!(long.app.inspector.position(focus).stop, last, "{key} gets past the line");
    }
}

#[test]
fn every_row_of_a_large_source_is_reached() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.eml");
    let rows: String = (0..130_000).fold(String::new(), |text, number| text + &format!("row {number}\n"));
    std::fs::write(&path, format!("From: a@b.example\nSubject: large\n\n{rows}Needle at the end\n")).unwrap();
    let opened = gosanke::mailbox::open(&[path]).unwrap();
    let mut screen = Drive::open(opened, FactSet::default(), 100, 30, Lang::En, Depth::True);
    screen.keys("Enter 0 z G").sees("30004 more rows follow; Enter shows them");
    screen.keys("Enter").sees("row 99997").misses("From: a@b.example");
    screen.keys("g").sees("75000 more rows stand before these");
    screen.keys("Enter").sees("row 74996");
    // What is searched is found wherever it stands, once round.
    screen.keys("/").text("needle").sees("Needle at the end");
    screen.keys("Enter").sees("lines that match: 1");
    screen.keys("/ C-u").text("row 12345").keys("Enter").sees("lines that match: 11").sees("row 12345");
    screen.keys("n").sees("row 123450");
    screen.keys("N N").sees("row 123459");
    screen.keys("Esc").keys("g").sees("more rows stand before");
}

#[test]
fn a_database_that_opens_late_wins_for_the_mail_that_is_open_already() {
    use gosanke::facts::{Answer, Fact, Key, Origin, Place, State};
    let mut demo = Drive::open(gosanke::mailbox::demo(), FactSet::default(), 160, 45, Lang::En, Depth::True);
    demo.keys("Enter 3 z");
    let old = Place { city: Some("Oldtown".into()), country: Some("JP".into()), ..Place::default() };
    let origin = Origin::Database("old".into());
    let fact = Fact { state: State::Value(Answer::Place(old)), origin, ..Fact::default() };
    demo.send(Msg::Facts(vec![(Key::Place("117.120.49.144".parse().unwrap()), fact)]));
    demo.draw();
    demo.sees("Oldtown");
    demo.send(Msg::Places);
    demo.draw();
    demo.misses("Oldtown").sees("DB-IP Lite");
}

#[test]
fn a_warning_goes_away_by_itself() {
    let mut demo = Drive::demo(100, 30);
    let wishes = demo.app.update(Msg::Warnings(vec!["a file is broken".into()]));
    assert!(wishes.iter().any(|wish| matches!(wish, Cmd::Wake(_))), "{wishes:?}");
    demo.draw();
    demo.sees("warnings: 1;");
    // Those of a moment ago are still to be read.
    demo.send(Msg::Warnings(vec!["another one".into(), "and one more".into()]));
    demo.draw();
    demo.sees("warnings: 3;");
    demo.app.clock += 6_000;
    demo.send(Msg::Tick);
    demo.draw();
    demo.misses("warning");
}

#[test]
fn the_demo_says_that_it_asks_nothing() {
    let mut demo = Drive::demo(120, 40);
    demo.keys("Enter r").sees("nothing can leave").sees("what would be asked");
    demo.keys("Enter").sees("asks nothing");
    assert!(demo.asked.is_empty());
}

#[test]
fn sorting_keeps_the_cursor_on_its_mail() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("j j j");
    let before = demo.app.list.current_index();
    for key in ["d", "s", "f", "t", "m", "r"] {
        demo.keys("o").keys(key);
        assert_eq!(demo.app.list.current_index(), before, "sort {key}");
    }
}

#[test]
fn a_filter_that_is_not_understood_says_so_while_it_is_on() {
    let mut demo = Drive::demo(160, 30);
    for (typed, understood) in [("level:hig", false), ("body:/(/", false), ("risk:high", true), ("invoice", true)] {
        demo.keys("/").text(typed).keys("Enter");
        if understood {
            demo.misses("not understood")
        } else {
            demo.sees("not understood: ")
        };
        demo.keys("c");
    }
}

#[test]
fn a_key_that_does_nothing_here_says_where_it_does() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("Tab").sees("· Tab works in an open mail; Enter opens one");
    demo.keys("Enter o").sees("· o works in the list; Esc leads back to it");
    let before = demo.screen();
    demo.keys("F12").misses("works in");
    assert_ne!(demo.screen(), before, "what was told goes with the next key");
}

#[test]
fn boxes_of_keys_show_what_they_say_at_any_width() {
    for (width, lang) in [(60, Lang::En), (60, Lang::Ja), (160, Lang::En), (160, Lang::Ja)] {
        let mut demo = Drive::open(gosanke::mailbox::demo(), drive::recorded(), width, 30, lang, Depth::True);
        for (keys, words) in [("Enter S", "infected"), ("Esc R", "T ")] {
            demo.keys(keys);
            let screen = demo.screen();
            let (_, inside) = screen.rsplit_once('╭').expect("a box");
            assert!(!inside.lines().next().unwrap_or_default().contains('…'), "its title is cut:\n{inside}");
            assert!(width < 100 || inside.contains(words) && !inside.contains('…'), "{inside}");
        }
    }
}

#[test]
fn nothing_is_asked_before_the_reader_has_seen_the_questions() {
    let mut demo = Drive::open(gosanke::mailbox::demo(), FactSet::default(), 120, 40, Lang::En, Depth::True);
    demo.keys("Enter r");
    assert!(demo.asked.is_empty());
    demo.sees("addresses estprime.com").sees("can notice").sees("A estprime.com. + AAAA");
    demo.keys("Esc");
    assert!(demo.asked.is_empty());
    demo.keys("p Enter");
    assert_eq!(demo.asked.len(), 1);
    assert!(!demo.asked[0].is_empty());
    // At the widest reach an open mail is asked about at once, and the screen says so.
    demo.keys("R s").misses("SENDER");
    demo.keys("y").sees("SENDER");
    assert_eq!(demo.asked.len(), 2);
    demo.keys("]");
    assert_eq!(demo.asked.len(), 3);
    demo.keys("Esc j j");
    assert_eq!(demo.asked.len(), 3, "passing over rows asks nothing");
    demo.keys("R l").sees("reach: local");
}

#[test]
fn a_finding_leads_to_its_place_in_the_source() {
    let raw = gosanke::tui::inspect::pane("raw");
    let mut demo = Drive::demo(160, 45);
    demo.keys("j j j Enter 5 n Enter");
    assert_eq!(demo.app.inspector.focus, 4, "the source stands beside: the keys stay in the verdict");
    let laid = demo.app.inspector.last(raw).unwrap();
    let line = &laid.stops[demo.app.inspector.position(raw).stop];
    let source = demo.app.inspector.targets().iter().find_map(|target| match target {
        gosanke::view::Target::Source(span) => Some(*span),
        _ => None,
    });
    let offset: u32 = line.text.trim_start().split(' ').next().unwrap().parse().unwrap();
    assert!(source.is_some_and(|span| offset <= span.start && span.start > 0), "{source:?} {}", line.text);
    demo.sees(line.text.split_once("│ ").unwrap().1.get(..12).unwrap_or_default());
    // Where the source has no place beside it, the jump goes there.
    let mut narrow = Drive::demo(80, 24);
    narrow.keys("j j j Enter 5 n Enter");
    assert_eq!(narrow.app.inspector.focus, raw);
    // And back leads to the finding, then to the list.
    narrow.keys("Esc");
    assert_eq!(narrow.app.inspector.focus, 4);
    narrow.keys("Enter Tab S-Tab Esc").sees("Mails");
}

#[test]
fn a_mailbox_that_is_not_at_its_path_any_more_says_so_until_it_is_back() {
    for (lang, title, toast) in [
        (Lang::En, "MOVED AWAY: quit and open it again", "this is still the old one"),
        (Lang::Ja, "移動済み: 終了して開き直してください", "表示中は元のものです"),
    ] {
        let mut drive = Drive::open(gosanke::mailbox::demo(), drive::recorded(), 160, 30, lang, Depth::True);
        drive.misses(title);
        let generation = drive.app.generation;
        let mut send = |generation: u64, elsewhere: bool| {
            drive.send(Msg::Elsewhere { generation, elsewhere });
            drive.draw();
            drive.screen().replace(' ', "")
        };
        let title = title.replace(' ', "");
        assert!(!send(generation + 1, true).contains(&title), "that was another folder");
        let screen = send(generation, true);
        assert!(screen.contains(&title) && screen.contains(&toast.replace(' ', "")), "{screen}");
        assert!(!send(generation, false).contains(&title));
    }
}

#[test]
fn help_finds_an_action_by_word_and_runs_it() {
    let mut demo = Drive::demo(100, 30);
    demo.keys("?").sees("Help");
    demo.text("sort ...").keys("Enter").sees("by score");
    demo.keys("Esc :").text("zoom").keys("Enter");
    assert!(demo.app.inspector.zoom);
}

#[test]
fn search_in_a_pane_marks_hits_and_n_goes_on() {
    let mut demo = Drive::demo(160, 45);
    demo.keys("Enter 8 /").text("received").keys("Enter");
    let first = demo.app.inspector.position(7).stop;
    demo.keys("n");
    let second = demo.app.inspector.position(7).stop;
    assert!(second > first, "{first} {second}");
    demo.keys("N");
    assert_eq!(demo.app.inspector.position(7).stop, first);
}

#[test]
fn the_selection_follows_the_mail_through_sizes() {
    let mut demo = Drive::demo(160, 45);
    demo.keys("j j j j j j j j j j j j");
    let before = demo.app.list.current_index();
    for (width, height) in [(60, 20), (45, 11), (30, 5), (0, 0), (100, 30), (160, 45)] {
        demo.resize(width, height);
        assert_eq!(demo.app.list.current_index(), before);
    }
    demo.resize(30, 8).sees("40x10");
}

#[test]
fn badges_fill_in_and_the_list_is_usable_before() {
    let mut demo = Drive::demo(100, 30);
    demo.hold_analysis = true;
    demo.app.list.rows.forget_findings();
    demo.app.list.analyzed = 0;
    demo.keys("j k").sees("…").sees("analyzed ");
    demo.keys("j j j");
    assert_eq!(demo.app.list.cursor, 3);
    demo.analyze();
    demo.sees("HIGH ▲");
}

#[test]
fn without_color_the_selected_row_is_reversed_and_no_cell_has_a_color() {
    let demo = Drive::open(gosanke::mailbox::demo(), drive::recorded(), 100, 30, Lang::En, Depth::Mono);
    let buffer = demo.buffer();
    let mut reversed = 0;
    for cell in buffer.content() {
        assert!(matches!(cell.fg, ratatui::style::Color::Reset), "{cell:?}");
        assert!(matches!(cell.bg, ratatui::style::Color::Reset), "{cell:?}");
        reversed += usize::from(cell.modifier.contains(Modifier::REVERSED));
    }
    assert!(reversed >= 90, "{reversed}");
}

#[test]
fn the_map_shows_a_letter_for_every_place_and_none_for_anycast() {
    let mut demo = Drive::demo(160, 45);
    demo.keys("M").sees("Toyama").sees("Tuusula").sees("Hetzner");
    let letters = |demo: &Drive| {
        let pin = |cell: &&ratatui::buffer::Cell| {
            cell.modifier.contains(Modifier::REVERSED) && cell.symbol().chars().all(|c| c.is_ascii_uppercase())
        };
        demo.buffer().content().iter().filter(pin).count()
    };
    assert_eq!(letters(&demo), 2, "{}", demo.screen());
    demo.keys("M Esc j j j M G");
    demo.sees("13.107.213.46").sees("anycast");
    let screen = demo.screen();
    let row = screen.lines().find(|line| line.contains("13.107.213.46")).unwrap();
    assert!(!row.trim_start_matches(['┃', ' ']).starts_with(|c: char| c.is_ascii_uppercase()), "no pin: {row}");
}
