//! What a fit says of itself: figures for people, and the file of weights that `signal` reads.

use super::{Data, Left, Note, Settings, Study};

/// The figures as plain text.
#[must_use]
pub fn page(data: &Data, settings: &Settings, study: &Study) -> String {
    let mut out = String::new();
    let (phish, ham) = data.classes();
    out.push_str(&format!(
        "{phish} phishing, {ham} ham, {} sources; base rate {}, balance {}, ridge {}, cap {}, hold {}\n\n",
        data.sources.len(),
        settings.base_rate,
        settings.balance,
        settings.ridge,
        settings.cap_for,
        settings.hold,
    ));
    for (name, curve) in [("seen", &study.seen), ("held out", &study.held_out)] {
        out.push_str(&format!(
            "{name:<10} area {:.4}  at 1 % {:.3}  at 0.1 % {:.3}\n",
            curve.area, curve.at_hundredth, curve.at_thousandth
        ));
    }
    out.push_str(
        "\n                         held out, above           left out, above\n\
         source          mails      1 %  0.1 %   med  high    1 %  0.1 %\n",
    );
    for left in &study.left {
        let name = data.sources.get(left.source).map_or("", |source| source.name.as_str());
        out.push_str(&format!(
            "{:<6}{name:<10}{:>5}   {:>6.3} {:>6.3}{:>6.3}{:>6.3}  {:>6.3} {:>6.3}\n",
            if left.phish { "phish" } else { "ham" },
            left.mails,
            left.held_out.0,
            left.held_out.1,
            left.levels.0,
            left.levels.1,
            left.above.0,
            left.above.1
        ));
    }
    let (bins, loss, brier) = &study.reliability;
    out.push_str(&format!(
        "\nscale {:.3}; held out at the base rate: log loss {loss:.4}, Brier {brier:.4}\n\
         \x20 told                share  mean   was\n",
        study.scale
    ));
    for bin in bins {
        out.push_str(&format!(
            "  {:>5.1} to {:>5.1} %  {:>7.4} {:>6.3} {:>6.3}\n",
            bin.range.0 * 100.0,
            bin.range.1 * 100.0,
            bin.share,
            bin.told,
            bin.was
        ));
    }
    let percent = study.levels.map(|level| format!("{level:.2} ({:.0} %)", super::probability(level) * 100.0));
    out.push_str(&format!(
        "\nbias {:.2}; low, medium, high from {}\n\n\
         \x20 rule                            weight  by hand  phish    ham   least without\n",
        study.fit.solution.bias,
        percent.join(", ")
    ));
    for (((rule, fit), (phish, ham)), least) in rows(data, study).zip(data.rates()).zip(&study.fit.least) {
        out.push_str(&format!(
            "  {:<32}{:>6.2}   {:>6.2}  {phish:>5.3}  {ham:>5.3}  {:>6.2} {:<8} {}\n",
            rule.id,
            fit.0,
            rule.prior,
            least.0 * study.scale,
            data.sources.get(least.1).map_or("", |source| source.name.as_str()),
            word(fit.1)
        ));
    }
    out
}

/// Every rule with its weight and what became of it.
fn rows<'a>(data: &'a Data, study: &'a Study) -> impl Iterator<Item = (&'a super::RuleRow, (f64, Note))> {
    let fits = study.fit.solution.weights.iter().copied().zip(study.fit.notes.iter().copied());
    data.rules.iter().zip(fits)
}

fn word(note: Note) -> &'static str {
    match note {
        Note::Fitted => "",
        Note::Unseen => "unseen: as set by hand",
        Note::Rare => "rare: as set by hand",
        Note::Held => "tells collections apart: as set by hand",
        Note::Information => "information",
        Note::Contrary => "contrary within an age: none",
        Note::Vanishes => "vanishes without a source: none",
        Note::Swings => "swings without a source: the least",
    }
}

/// The file of weights. `date` is YYYY-MM-DD.
#[must_use]
pub fn write(data: &Data, settings: &Settings, study: &Study, date: &str) -> String {
    let mut out = String::from(
        "# Weights of the rules, in log-odds points. Made by `gosanke rules --fit` (the example `fit`); how, from what, and\n\
         # what was done so that they do not learn a collection, is told in docs/weights.md. To change one for yourself,\n\
         # name it in the section [weights] of the configuration.\n\n",
    );
    let (phish, ham) = data.classes();
    let [low, medium, high] = study.levels;
    let scale = study.scale;
    let held = &study.held_out;
    let mut put = |line: String| {
        out.push_str(&line);
        out.push('\n');
    };
    put(format!("date = {date:?}"));
    put(format!("mails = {{ phish = {phish}, ham = {ham} }}"));
    put("\n# The share of phishing that is taken for granted before a mail is looked at.".into());
    put(format!("base_rate = {}", settings.base_rate));
    put("# Log-odds of a mail of which no rule says anything.".into());
    put(format!("bias = {:.3}", study.fit.solution.bias));
    put("# Most that one rule and one family may say.".into());
    put(format!("cap_rule = {:.3}", settings.most * scale));
    put(format!("cap_for = {:.3}", settings.cap_for * scale));
    put(format!("cap_against = {:.3}", settings.cap_against * scale));
    put("\n# Least log-odds of each level. Medium: at most 1 in 100 ham mails that were not in the fit is rated so; high: at\n# most 1 in 1,000.".into());
    put("[levels]".into());
    put(format!("low = {low:.3}\nmedium = {medium:.3}\nhigh = {high:.3}"));
    put("\n# On mails that were not in the fit: area under the ROC curve, share of phishing above the score that 1 % and\n# 0.1 % of ham is above, log loss and Brier score at the base rate. `seen`: on the mails of the fit.".into());
    put("[figures]".into());
    put(format!(
        "area = {:.4}\nat_1_percent = {:.3}\nat_01_percent = {:.3}",
        held.area, held.at_hundredth, held.at_thousandth
    ));
    put(format!("log_loss = {:.4}\nbrier = {:.4}", study.reliability.1, study.reliability.2));
    put(format!(
        "seen_area = {:.4}\nseen_at_1_percent = {:.3}\nseen_at_01_percent = {:.3}",
        study.seen.area, study.seen.at_hundredth, study.seen.at_thousandth
    ));
    put("\n# By source: the share of its mails at `medium` or above and at `high`, in cross-validation; and with the whole\n# source left out of the fit, the share above the score that 1 % of the other ham is above.".into());
    put("[sources]".into());
    for left in &study.left {
        put(source(data, left));
    }
    put("\n# Told against true, on mails that were not in the fit, at the base rate: least and most probability told, its mean,\n# and the share that was phishing.".into());
    put("[calibration]".into());
    put("told = [".into());
    for bin in study.reliability.0.iter().filter(|bin| bin.share > 0.0) {
        put(format!("    [{:.2}, {:.2}, {:.3}, {:.3}],", bin.range.0, bin.range.1, bin.told, bin.was));
    }
    put("]".into());
    put("\n# Rules. `prior` is what was set by hand; `phish` and `ham` are the shares on which it fires, every source counted by\n# the square root of its mails. A rule that is not named here fired on no mail and weighs what was set by hand.".into());
    put("[rules]".into());
    let mut family = usize::MAX;
    for ((rule, (weight, note)), (phish, ham)) in rows(data, study).zip(data.rates()) {
        if note == Note::Unseen {
            continue;
        }
        if rule.family != family && family != usize::MAX {
            put(String::new());
        }
        family = rule.family;
        // Minus zero reads oddly.
        let weight = if weight == 0.0 { 0.0 } else { weight };
        let why = word(note);
        let why = if why.is_empty() { String::new() } else { format!(" # {why}") };
        put(format!(
            "{} = {{ weight = {weight:.2}, prior = {:.2}, phish = {phish:.4}, ham = {ham:.4} }}{why}",
            rule.id, rule.prior
        ));
    }
    out
}

fn source(data: &Data, left: &Left) -> String {
    let (name, era) =
        data.sources.get(left.source).map_or(("", ""), |source| (source.name.as_str(), source.era.as_str()));
    format!(
        "{name:?} = {{ class = \"{}\", age = {era:?}, mails = {}, medium = {:.3}, high = {:.3}, left_out = {:.3} }}",
        if left.phish { "phish" } else { "ham" },
        left.mails,
        left.levels.0,
        left.levels.1,
        left.above.0
    )
}
