//! Made-up collections with known properties, and what a fit must make of them.

use super::*;
use crate::signal::Model;

const RULES: [(&str, usize, f64, bool); 7] = [
    ("good", 0, 1.0, true),
    ("useless", 1, 1.0, true),
    ("information", 1, 0.0, true),
    ("never", 2, 2.0, true),
    ("only-one-source", 3, 1.0, true),
    ("typed", 4, -2.0, false),
    ("age", 5, 0.8, false),
];

/// Mails without any chance in them: the n-th mail of a source has a rule where `n % every == 0`.
fn collection() -> Data {
    let rules = RULES
        .iter()
        .map(|(id, family, prior, proved)| RuleRow {
            id: (*id).to_owned(),
            family: *family,
            prior: *prior,
            proved: *proved,
        })
        .collect();
    // Source, age, phishing, mails, and how often each rule fires: every n-th mail, 0 for never.
    let sources: [(&str, &str, bool, usize, [usize; 7]); 6] = [
        ("old-bad", "old", true, 200, [2, 4, 3, 0, 1, 50, 1]),
        ("new-bad", "new", true, 400, [2, 4, 3, 0, 0, 50, 9]),
        ("third-bad", "new", true, 90, [3, 4, 3, 0, 0, 0, 9]),
        ("old-good", "old", false, 300, [70, 4, 3, 0, 0, 3, 0]),
        ("new-good", "new", false, 300, [80, 4, 3, 0, 0, 2, 3]),
        ("third-good", "new", false, 40, [0, 4, 3, 0, 9, 0, 3]),
    ];
    let mut data = Data { rules, ..Data::default() };
    for (at, (name, era, phish, mails, every)) in sources.into_iter().enumerate() {
        data.sources.push(Source { name: name.to_owned(), era: era.to_owned() });
        for n in 1..=mails {
            let fired = every.iter().enumerate().filter(|(_, every)| **every > 0 && n % **every == 0);
            let rules = fired.map(|(rule, _)| rule).collect();
            data.samples.push(Sample { source: at, phish, key: n as u64 * 7_919, rules });
        }
    }
    data
}

fn weight(study: &Study, id: &str) -> (f64, Note) {
    let at = RULES.iter().position(|rule| rule.0 == id).unwrap();
    (study.fit.solution.weights[at], study.fit.notes[at])
}

#[test]
fn what_separates_grows_and_what_does_not_shrinks() {
    let study = study(&collection(), &Settings::default());
    assert!(weight(&study, "good").0 > 1.2, "{:?}", weight(&study, "good"));
    assert!(weight(&study, "useless").0 < 0.4, "{:?}", weight(&study, "useless"));
}

#[test]
fn information_stays_information_and_what_never_fires_stays_as_it_was_set() {
    let study = study(&collection(), &Settings::default());
    assert_eq!(weight(&study, "information"), (0.0, Note::Information));
    assert_eq!(weight(&study, "never"), (2.0, Note::Unseen));
}

#[test]
fn a_rule_that_tells_ages_apart_gets_no_weight() {
    let study = study(&collection(), &Settings::default());
    assert_eq!(weight(&study, "age"), (0.0, Note::Contrary));
    // Without ages nobody can know, and it looks like a good rule.
    let mut blind = collection();
    blind.sources.iter_mut().for_each(|source| source.era = String::new());
    assert_ne!(weight(&super::study(&blind, &Settings::default()), "age").1, Note::Contrary);
}

#[test]
fn a_weight_that_one_source_carries_is_cut_to_what_the_others_leave() {
    let study = study(&collection(), &Settings::default());
    let (weight, note) = weight(&study, "only-one-source");
    assert!(matches!(note, Note::Swings | Note::Vanishes) && weight <= 1.0, "{weight} {note:?}");
}

#[test]
fn what_anyone_can_type_counts_little_against_phishing() {
    let study = study(&collection(), &Settings::default());
    let (weight, _) = weight(&study, "typed");
    assert!((-Settings::default().typed..0.0).contains(&weight), "{weight}");
}

#[test]
fn no_weight_changes_its_side_or_leaves_its_limits() {
    let data = collection();
    for ridge in [0.5, 12.0, 200.0] {
        let settings = Settings { ridge, ..Settings::default() };
        let study = study(&data, &settings);
        for (rule, weight) in data.rules.iter().zip(&study.fit.solution.weights) {
            assert!(weight * rule.prior >= 0.0, "{}: {weight}", rule.id);
            assert!(weight.abs() <= settings.most * study.scale.max(1.0) + 1e-9, "{}: {weight}", rule.id);
        }
    }
}

#[test]
fn a_strong_hand_leaves_the_weights_as_they_were_set() {
    let data = collection();
    let settings = Settings { ridge: 1e9, typed: 9.0, ..Settings::default() };
    let fit = fit(&data, &data.all(), &settings);
    for ((rule, weight), note) in data.rules.iter().zip(&fit.solution.weights).zip(&fit.notes) {
        if *note == Note::Fitted {
            assert!((weight - rule.prior).abs() < 1e-3, "{}: {weight}", rule.id);
        }
    }
}

#[test]
fn the_same_mails_give_the_same_file() {
    let (data, settings) = (collection(), Settings::default());
    let once = write(&data, &settings, &study(&data, &settings), "2026-01-02");
    let again = write(&data, &settings, &study(&data, &settings), "2026-01-02");
    assert_eq!(once, again);
}

#[test]
fn the_file_is_read_back_as_the_model_that_was_fitted() {
    let (data, settings) = (collection(), Settings::default());
    let study = study(&data, &settings);
    let model = Model::read(&write(&data, &settings, &study, "2026-01-02")).unwrap();
    assert_eq!(model.date, "2026-01-02");
    assert_eq!((model.mails.phish, model.mails.ham), (690, 640));
    assert!((model.bias - study.fit.solution.bias).abs() < 1e-3);
    assert_eq!(model.sources.len(), 6);
    for (rule, weight) in data.rules.iter().zip(&study.fit.solution.weights) {
        match model.rules.get(&rule.id) {
            Some(fitted) => assert!((f64::from(fitted.weight) - weight).abs() < 0.006, "{}", rule.id),
            None => assert_eq!(rule.id, "never"),
        }
    }
}

#[test]
fn the_probability_is_one_for_the_base_rate() {
    let data = collection();
    for base_rate in [0.05, 0.5] {
        let (bins, loss, _) = study(&data, &Settings { base_rate, ..Settings::default() }).reliability;
        let told: f64 = bins.iter().map(|bin| bin.share * bin.told).sum();
        let was: f64 = bins.iter().map(|bin| bin.share * bin.was).sum();
        assert!((was - base_rate).abs() < 1e-6, "{was}");
        assert!((told - was).abs() < 0.02, "{told} {was}");
        // Better than telling the base rate of every mail.
        assert!(loss < -(base_rate * base_rate.ln() + (1.0 - base_rate) * (1.0 - base_rate).ln()));
    }
}

#[test]
fn no_more_held_out_ham_than_promised_is_above_a_level() {
    let data = collection();
    let study = study(&data, &Settings::default());
    let ham: Vec<f64> =
        data.samples.iter().zip(&study.scores).filter(|(mail, _)| !mail.phish).map(|(_, score)| *score).collect();
    for (level, rate) in study.levels.iter().zip([0.03, 0.01, 0.001]) {
        let above = ham.iter().filter(|score| *score >= level).count();
        assert!(above as f64 <= rate * ham.len() as f64, "{above} of {} at {level}", ham.len());
    }
}

#[test]
fn the_area_is_that_of_all_pairs() {
    let (phish, ham) = ([3.0, 2.0, 1.0, 1.0], [1.0, 0.0, -1.0, 2.5]);
    let mut sum = 0.0;
    for one in phish {
        for other in ham {
            sum += if one > other {
                1.0
            } else if one < other {
                0.0
            } else {
                0.5
            };
        }
    }
    let figures = curve(&phish, &ham);
    assert!((figures.area - sum / 16.0).abs() < 1e-12);
    assert!((figures.at_hundredth - 0.25).abs() < 1e-12, "only 3.0 is above every ham");
    assert!(curve(&[], &[]).area.abs() < 1e-12);
}

#[test]
fn scores_that_say_nothing_or_the_contrary_are_not_turned_around() {
    for scores in [
        vec![(1.0, 0.0, 1.0), (-1.0, 1.0, 0.0)],
        vec![(1.0, 1.0, 0.0), (-1.0, 0.0, 1.0)],
        vec![(0.5, 1.0, 0.0), (0.5, 0.0, 4.0)],
        vec![],
    ] {
        let (slope, shift) = super::curve::straighten(&scores);
        assert!((0.5..=2.0).contains(&slope) && shift.is_finite(), "{scores:?}: {slope} {shift}");
    }
}

#[test]
fn rules_that_are_held_are_rules() {
    for id in super::robust::HELD {
        assert!(crate::signal::rule(id).is_some(), "{id}");
    }
}
