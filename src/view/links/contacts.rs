//! What a mail names to be called or paid, behind its links: numbers, wallets, accounts. Each can be copied as it is.

use super::super::subject::clip;
use super::super::{Block, Doc, Line, Subject, Target, Tone};
use crate::evidence::{Account, AccountKind, Phone, Plan, Wallet};
use crate::text::Words;

/// The section; nothing where the mail names none.
pub(super) fn section(subject: &Subject<'_>, doc: &mut Doc) {
    let found = &subject.evidence.contacts;
    if found.phones.is_empty() && found.wallets.is_empty() && found.accounts.is_empty() {
        return;
    }
    doc.gap();
    let title = Words::new("To be called or paid", "電話番号・送金先");
    doc.push(Block::Heading(Line::new(subject.say(title), Tone::Title)));
    found.phones.iter().for_each(|one| doc.line(phone(subject, one)));
    found.wallets.iter().for_each(|one| doc.line(wallet(subject, one)));
    found.accounts.iter().for_each(|one| doc.line(account(subject, one)));
    let words = Words::new(
        "None of this tells whose it is: look up the number of the real firm yourself.",
        "番号だけでは持ち主は分かりません。本物の会社の番号は自分で調べてください。",
    );
    doc.line(subject.line(words, Tone::Dim));
}

fn labeled(subject: &Subject<'_>, label: Words, value: &str) -> Line {
    Line::new(subject.say(label), Tone::Dim).with("  ", Tone::Dim).with(&clip(value, 200), Tone::Accent).indent(2)
}

fn phone(subject: &Subject<'_>, one: &Phone) -> Line {
    let mut line = labeled(subject, Words::new("telephone", "電話"), &one.number);
    if one.written != one.number {
        line = line.with(&format!("  \"{}\"", clip(&one.written, 100)), Tone::Text);
    }
    let plan = match one.plan {
        Plan::International => None,
        Plan::NorthAmerica => Some(Words::new("North America", "北米")),
        Plan::Japan => Some(Words::new("Japan", "日本")),
        Plan::National => Some(Words::new("country not known", "国は不明")),
    };
    let mut say = |words: Words, tone: Tone| {
        let line_now = std::mem::take(&mut line);
        line = line_now.with("  ", Tone::Dim).with(subject.say(words), tone);
    };
    if let Some(plan) = plan {
        say(plan, Tone::Info);
    }
    if one.toll_free {
        say(Words::new("toll-free", "通話無料"), Tone::Info);
    }
    if one.link {
        say(Words::new("a link dials it", "押すと発信"), Tone::Info);
    }
    if one.disguised {
        say(Words::new("! in disguise", "! 偽装あり"), Tone::Medium);
    }
    line.to(Target::Value(one.number.clone())).to(Target::Source(one.span))
}

fn wallet(subject: &Subject<'_>, one: &Wallet) -> Line {
    let line = labeled(subject, Words::new("wallet", "ウォレット"), &one.address);
    let line = line.with("  ", Tone::Dim).with(one.coin.name(), Tone::Info);
    let checked = if one.checked {
        Words::new("  checksum holds", "  チェックサム一致")
    } else {
        Words::new("  has no checksum", "  チェックサムなし")
    };
    line.with(subject.say(checked), Tone::Dim).to(Target::Value(one.address.clone())).to(Target::Source(one.span))
}

fn account(subject: &Subject<'_>, one: &Account) -> Line {
    let label = match one.kind {
        AccountKind::Iban => Words::new("IBAN", "IBAN"),
        AccountKind::Japanese => Words::new("account", "口座"),
        AccountKind::American => Words::new("routing and account", "ルーティング番号と口座"),
    };
    let mut line = labeled(subject, label, &one.number);
    if !one.bank.is_empty() {
        line = line.with("  ", Tone::Dim).with(&clip(&one.bank, 150), Tone::Text);
    }
    let value = format!("{} {}", one.bank, one.number).trim_start().to_owned();
    line.to(Target::Value(value)).to(Target::Source(one.span))
}
