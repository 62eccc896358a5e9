//! Rows keep what they are given, in few bytes; order and search agree with plain reading.

use std::sync::Arc;
use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::mailbox::{Doubt, Entry, Flags, Problem};
use crate::message::Summary;
use crate::tui::filter::Filter;
use crate::verdict::Level;
use crate::view::row::{AuthMark, Digest};

fn row(name: &str, address: &str, subject: &str, date: Option<i64>) -> Row {
    let entry =
        Entry { folder: 0, file: None, range: None, flags: Flags::default(), doubts: Vec::new(), problem: None };
    let summary =
        Summary { name: name.into(), address: address.into(), subject: subject.into(), date, status: String::new() };
    Row::new(entry, summary)
}

fn rows(list: &[Row]) -> Rows {
    let mut rows = Rows::default();
    for part in list.chunks(7) {
        rows.push(Arc::new(Heads::of(part)), None, &mut |_| {});
    }
    rows
}

#[test]
fn a_row_costs_at_most_120_bytes_beside_its_texts() {
    let (in_orders, in_queue, passing) = (8, 2, 1);
    let row = size_of::<Head>() + size_of::<Found>() + size_of::<Identity>() + in_orders + in_queue + passing;
    assert!(row <= 120, "{row}");
}

#[test]
fn a_row_comes_out_as_it_went_in() {
    let mut full = row("Ünï", "a@Shop.Example", "Rechnung\nzwei", Some(-5));
    full.entry = Entry {
        folder: 7,
        file: Some(Arc::from(std::path::Path::new("cur/1.a:2,S"))),
        range: Some((1, u64::MAX)),
        flags: Flags { replied: true, passed: true, ..Flags::default() },
        doubts: vec![Doubt::Truncated, Doubt::TooLarge],
        problem: Some(Problem::Empty),
    };
    let mut rows = rows(&[row("", "", "", None), full.clone()]);
    let digest = Digest {
        level: Level::Medium,
        score: 61,
        attachments: 2,
        links: 70_000,
        hosts: vec!["a.example".into(), "b.example".into()],
        auth: AuthMark::Failed,
        partial: true,
        registrable: Some("shop.example".into()),
        campaign: Some("link:shop.example invoice".into()),
    };
    rows.set_brief(1, &Brief { identity: None, digest: Some(digest.clone()) });
    rows.set_identity(1, Identity([3; 32]));
    let out = rows.get(1).unwrap();
    assert_eq!(out.summary, full.summary);
    assert_eq!(format!("{:?}", out.entry), format!("{:?}", full.entry));
    assert_eq!(out.digest(), Some(&Digest { links: 65_535, campaign: None, ..digest }));
    assert_eq!((out.identity, rows.campaign(1).map(|(_, link)| link)), (Some(Identity([3; 32])), Some(true)));
    let first = rows.get(0).unwrap();
    assert_eq!((first.summary, first.brief, first.identity), (Summary::default(), None, None));
    assert!(rows.get(2).is_none());
}

#[test]
fn a_domain_that_the_address_does_not_end_with_is_not_made_up() {
    let mut rows = rows(&[row("", "a@shop.example", "", None)]);
    let digest = Digest { registrable: Some("other.example".into()), ..Digest::default() };
    rows.set_brief(0, &Brief { identity: None, digest: Some(digest) });
    assert_eq!(rows.get(0).unwrap().digest().unwrap().registrable, None);
}

#[test]
fn what_two_neighbors_hold_only_together_is_not_found() {
    let rows = rows(&[row("A", "a@x.example", "end", None), row("Start", "b@x.example", "two", None)]);
    for (text, wanted) in [
        ("endstart", [false, false]),
        ("example", [true, true]),
        ("subject:example", [false, false]),
        ("from:two", [false, false]),
    ] {
        assert_eq!(Filter::parse(text).passing(&rows, 0), wanted, "{text}");
    }
}

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["ab", "B", "ba ", "Ä", "Σ", "請求", "re:", "K", "1", " "]), 0..5)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn search_finds_what_plain_reading_finds(
        list in prop::collection::vec((words(), words(), words()), 1..20),
        needle in "[abkäσ請]{1,3}",
    ) {
        let list: Vec<Row> = list.iter().map(|(name, address, subject)| row(name, address, subject, None)).collect();
        let packed = rows(&list);
        for (field, prefix) in [(0, ""), (1, "from:"), (2, "subject:")] {
            let plain: Vec<bool> = list.iter().map(|row| {
                let sender = format!("{} {}", row.summary.name, row.summary.address).to_lowercase();
                let subject = row.summary.subject.to_lowercase();
                (field != 2 && sender.contains(&needle)) || (field != 1 && subject.contains(&needle))
            }).collect();
            let filter = Filter::parse(&format!("{prefix}{needle}"));
            prop_assert_eq!(filter.passing(&packed, 0), plain);
        }
    }

    #[test]
    fn the_bulk_order_is_the_order_of_comparisons(
        list in prop::collection::vec((words(), words(), words(), prop::option::of(any::<i64>())), 0..40),
    ) {
        let list: Vec<Row> = list.iter().map(|(name, address, subject, date)| row(name, address, subject, *date)).collect();
        let packed = rows(&list);
        let all: Vec<u32> = (0..list.len() as u32).collect();
        for by in [Sort::Date, Sort::Score, Sort::Sender, Sort::Subject, Sort::Mailbox] {
            let mut plain = all.clone();
            plain.sort_by(|a, b| packed.compare(*a, *b, by));
            prop_assert_eq!(packed.sort(all.clone(), by, false), plain, "{:?}", by);
        }
    }

    #[test]
    fn the_order_by_places_is_the_order_of_comparisons(
        list in prop::collection::vec((words(), words(), words()), 1..60),
        later in prop::collection::vec((words(), words(), words()), 0..6),
        some in any::<u64>(),
    ) {
        let rows_of = |list: &[(String, String, String)]| -> Vec<Row> {
            list.iter().map(|(name, address, subject)| row(name, address, subject, None)).collect()
        };
        let mut packed = rows(&rows_of(&list));
        let ranks = [Sort::Sender, Sort::Subject]
            .map(|by| (by, ranks_of(&packed.batches().cloned().collect::<Vec<_>>(), by)));
        packed.take_ranks(ranks.into());
        packed.push(Arc::new(Heads::of(&rows_of(&later))), None, &mut |_| {});
        let all: Vec<u32> = (0..packed.len() as u32).filter(|row| some >> (row % 64) & 1 == 1).collect();
        for by in [Sort::Sender, Sort::Subject] {
            let mut plain = all.clone();
            plain.sort_by(|a, b| packed.compare(*a, *b, by));
            prop_assert_eq!(packed.sort(all.clone(), by, false), plain, "{:?}", by);
        }
    }
}

/// `cargo test --profile measure --ignore-rust-version --lib a_million -- --ignored --nocapture`
#[test]
#[ignore = "measures; wants an optimized build"]
fn a_million_rows_are_sorted_and_filtered_this_fast() {
    let mut rows = Rows::default();
    let mut seed = 1_u64;
    let mut next = |most: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % most
    };
    for part in 0..1_000_i64 {
        let list: Vec<Row> = (0..1_000)
            .map(|at| {
                let (person, shop, what) = (next(30_000), next(5_000), next(400_000));
                let name = format!("Customer Service {person}");
                let address = format!("service.{person}@mail.shop-{shop}.example");
                let subject = format!("Re: Your order number {what} has been shipped from our house");
                row(&name, &address, &subject, Some(1_500_000_000 + part * 1_000 + at + next(90_000) as i64))
            })
            .collect();
        rows.push(Arc::new(Heads::of(&list)), None, &mut |_| {});
    }
    for index in 0..1_000_000 {
        let host = format!("click-{}.example", next(20_000));
        let digest = Digest { score: next(100) as u8, hosts: vec![host, "shop.example".into()], ..Digest::default() };
        rows.set_brief(index, &Brief { identity: None, digest: Some(digest) });
    }
    let all: Vec<u32> = (0..1_000_000).collect();
    let sorted = |rows: &Rows, by: Sort| {
        let mut times: Vec<_> = (0..5)
            .map(|_| {
                let start = Instant::now();
                assert_eq!(rows.sort(all.clone(), by, false).len(), all.len());
                start.elapsed()
            })
            .collect();
        times.sort();
        times[2]
    };
    for by in [Sort::Date, Sort::Score, Sort::Sender, Sort::Subject, Sort::Mailbox] {
        println!("sort {by:?}: {:?}", sorted(&rows, by));
    }
    let parts: Vec<_> = rows.batches().cloned().collect();
    let start = Instant::now();
    rows.take_ranks([Sort::Sender, Sort::Subject].map(|by| (by, ranks_of(&parts, by))).into());
    println!("places of all texts: {:?}, once and in the background", start.elapsed());
    for by in [Sort::Sender, Sort::Subject] {
        println!("sort {by:?} by places: {:?}", sorted(&rows, by));
    }
    for text in ["s", "sh", "ship", "number 3999", "nothing-of-this", "from:service.29", "click-777", "-subject:order"]
    {
        let filter = Filter::parse(text);
        let mut times: Vec<_> = (0..5)
            .map(|_| {
                let start = Instant::now();
                let passing = filter.passing(&rows, 0);
                let order: Vec<u32> = all.iter().copied().filter(|index| passing[*index as usize]).collect();
                (start.elapsed(), order.len())
            })
            .collect();
        times.sort();
        println!("filter {text:?}: {:?}", times[2]);
    }
}

#[test]
fn every_reason_for_an_unread_mail_is_kept_and_read_again() {
    let problems = vec![
        Problem::refused(&std::io::Error::from_raw_os_error(13)),
        Problem::refused(&std::io::Error::from_raw_os_error(28)),
        Problem::NotRegular,
        Problem::Empty,
        Problem::NotMail,
        Problem::Gone,
        Problem::Defect,
    ];
    let unread = |problem: &Problem| {
        let mut row = row("", "", "", None);
        row.entry.problem = Some(problem.clone());
        row
    };
    let heads = Heads::of(&problems.iter().map(unread).collect::<Vec<_>>());
    let (back, _) = encode::read_heads(&encode::heads(&heads, &[]), 0).unwrap();
    assert_eq!(back.problems, problems);
}
