//! Card section: who registered a domain, a block of addresses or an autonomous system, and when: each date held against
//! the mail, each word of status explained. What a registry does not publish is said to be unpublished, not to be bad.

use super::{About, label};
use crate::facts::phrases::in_language;
use crate::facts::registration::{Registration, Registry};
use crate::facts::{Answer, Fact, Key, State};
use crate::text::{Lang, Words};
use crate::view::lookups::state;
use crate::view::subject::clip;
use crate::view::time::day;
use crate::view::{Doc, Subject, Target, Tone, country};

const DAY: i64 = 86_400;
/// Younger than this at the time of the mail: it stands out.
const NEW: i64 = 14 * DAY;
/// Younger than this: worth a look.
const YOUNG: i64 = 60 * DAY;
/// The most characters of a name.
const NAME: usize = 200;

/// Says what the registry says.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    let (key, title) = match about {
        About::Host(domain) => {
            // Of a customer's name below a shared one registries know nothing: the name's own section says so.
            let Some(registrable) = domain.registrable.as_deref().filter(|_| !domain.private_suffix) else { return };
            (Key::Owner(registrable.to_owned()), Words::new("Registration", "登録情報"))
        }
        About::Address(address) => {
            (Key::Block(*address), Words::new("Registration of the block", "アドレスブロックの登録情報"))
        }
        About::System(number) => (Key::System(*number), Words::new("Registration of the system", "AS の登録情報")),
        About::Url(_) | About::File(_) => return,
    };
    let fact = subject.facts.get(&key);
    doc.heading(subject.say(title));
    match fact.map(|fact| &fact.state) {
        Some(State::Value(Answer::Registration(own))) => {
            tell_registration(subject, own, fact, matches!(about, About::Host(_)), doc);
        }
        Some(State::Absent) => {
            let words = match about {
                About::Host(_) => Words::new("∅ nobody has registered it", "∅ 登録されていません"),
                _ => Words::new("∅ no registry knows it", "∅ 該当する登録なし"),
            };
            doc.line(
                subject.line(words, Tone::Medium).with("  ", Tone::Dim).join(state(subject, fact)).indent(2).hang(2),
            );
        }
        _ => doc.line(state(subject, fact).indent(2)),
    }
    doc.gap();
}

fn tell_registration(subject: &Subject<'_>, own: &Registration, fact: Option<&Fact>, domain: bool, doc: &mut Doc) {
    let mut text = |words: Words, value: Option<&str>, tone: Tone| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let value = clip(value, NAME);
            doc.line(label(subject, words).with(&value, tone).to(Target::Value(value)));
        }
    };
    if !domain {
        text(Words::new("what", "対象"), Some(&own.handle), Tone::Accent);
    }
    text(Words::new("name", "名称"), own.name.as_deref(), Tone::Text);
    text(Words::new("registrar", "登録業者"), own.registrar.as_deref(), Tone::Text);
    if let Some(name) = &own.registrant {
        text(Words::new("registrant", "登録者"), Some(name), Tone::Text);
    } else {
        let words = Words::new("not published, as is usual", "非公開（一般的です）");
        doc.line(label(subject, Words::new("registrant", "登録者")).with(subject.say(words), Tone::Dim));
    }
    if let Some(code) = &own.country {
        let name = clip(country(code, subject.lang), 80);
        doc.line(label(subject, Words::new("country", "国")).with(&name, Tone::Text));
    }
    dates(subject, own, fact, doc);
    for name in &own.name_servers {
        let line = label(subject, Words::new("name server", "ネームサーバー"));
        let registrable = crate::evidence::Domain::of(name).registrable;
        doc.line(line.host(&clip(name, 255), registrable.as_deref(), Tone::Text).to(Target::Host(name.clone())));
    }
    for word in &own.status {
        let line = label(subject, Words::new("status", "状態")).with(&clip(word, 100), status_tone(word));
        doc.line(match explained(word) {
            Some(words) => line.with("  ", Tone::Dim).with(subject.say(words), Tone::Dim),
            None => line,
        });
    }
    if let Some(signed) = own.signed {
        let words =
            if signed { Words::new("signed", "署名あり") } else { Words::new("not signed", "署名なし") };
        doc.line(label(subject, Words::new("DNSSEC", "DNSSEC")).with(subject.say(words), Tone::Text));
    }
    for contact in &own.abuse {
        let line =
            label(subject, Words::new("abuse contact", "不正利用の連絡先")).with(&clip(contact, NAME), Tone::Text);
        let target = if contact.contains('@') { Target::Address } else { Target::Value };
        doc.line(line.to(target(contact.clone())));
    }
    if let Some(cut) = &own.cut {
        let words = Words::new("limit", "制限");
        doc.line(label(subject, words).with(&in_language(cut, subject.lang), Tone::Medium));
    }
    let by = match own.by {
        Registry::Rdap => "RDAP",
        Registry::Whois => "WHOIS",
    };
    let registry = own.registry.as_deref().map(|name| clip(name, 80)).unwrap_or_default();
    let line = label(subject, Words::new("registry", "レジストリ"));
    let line = if registry.is_empty() { line } else { line.with(&registry, Tone::Text).with(", ", Tone::Dim) };
    doc.line(line.with(by, Tone::Dim).with("  ", Tone::Dim).join(state(subject, fact)));
}

fn dates(subject: &Subject<'_>, own: &Registration, fact: Option<&Fact>, doc: &mut Doc) {
    let mail = sent(subject);
    let mut date = |words: Words, when: Option<i64>, judged: bool| {
        let Some(when) = when else { return };
        let mut line = label(subject, words).with(&day(when, &subject.tz), Tone::Text);
        if let Some(mail) = mail {
            let tone = if judged { age_tone(mail.saturating_sub(when)) } else { Tone::Dim };
            line = line.with("  ", Tone::Dim).with(&apart(subject, mail.saturating_sub(when)), tone);
        }
        doc.line(line);
    };
    date(Words::new("registered", "登録"), own.created, true);
    date(Words::new("changed", "更新"), own.changed, false);
    date(Words::new("expires", "有効期限"), own.expires, false);
    // By the time at which the registry said so: a document has no clock.
    if let (Some(end), Some(at)) = (own.expires, fact.and_then(|fact| fact.at))
        && end.saturating_add(DAY) < at
    {
        let words = Words::new("! it had expired when the registry was asked", "! 照会時点で有効期限が切れています");
        doc.line(subject.line(words, Tone::Medium).indent(4).hang(2));
    }
}

/// When the mail was delivered by the recipient's own clock; else what it says itself.
fn sent(subject: &Subject<'_>) -> Option<i64> {
    subject.evidence.boundary_hop().and_then(|hop| hop.time).or(subject.evidence.date)
}

/// `3 days before the mail`, `2 years after the mail`.
fn apart(subject: &Subject<'_>, before: i64) -> String {
    let days = before.unsigned_abs() / DAY.unsigned_abs();
    let (count, unit) = match days {
        0 => (0, Words::new("", "")),
        1 => (1, Words::new("1 day", "1 日")),
        2..=90 => (days, Words::new("{0} days", "{0} 日")),
        91..=729 => (days / 30, Words::new("{0} months", "{0} か月")),
        _ => (days / 365, Words::new("{0} years", "{0} 年")),
    };
    if count == 0 {
        return subject.say(Words::new("on the day of the mail", "メールと同じ日")).to_owned();
    }
    let length = subject.fill(unit, &[&count.to_string()]);
    let words = if before >= 0 {
        Words::new("{0} before the mail", "メールの {0}前")
    } else {
        Words::new("{0} after the mail", "メールの {0}後")
    };
    subject.fill(words, &[&length])
}

fn age_tone(age: i64) -> Tone {
    match age {
        // Registered again since: what the mail led to is no more.
        age if age < -DAY => Tone::Medium,
        age if age < NEW => Tone::High,
        age if age < YOUNG => Tone::Medium,
        _ => Tone::Dim,
    }
}

/// The words of status that registries use (RFC 5731, RFC 3915, RFC 8056, JPRS), as they are written without blanks and in
/// lower case: what each means, and how it sounds.
const STATUS: &[(&str, Tone, Words)] = &[
    ("clienthold", Tone::High, Words::new("its registrar took it out of the DNS", "登録業者が名前解決を停止")),
    ("serverhold", Tone::High, Words::new("its registry took it out of the DNS", "レジストリが名前解決を停止")),
    (
        "redemptionperiod",
        Tone::High,
        Words::new("deleted; its owner may still have it back", "削除済み（復旧猶予期間）"),
    ),
    ("pendingdelete", Tone::High, Words::new("about to be deleted", "まもなく削除")),
    ("suspended", Tone::High, Words::new("suspended", "停止中")),
    ("tobesuspended", Tone::Medium, Words::new("about to be suspended", "まもなく停止")),
    ("pendingtransfer", Tone::Medium, Words::new("on its way to another registrar", "登録業者の変更手続き中")),
    ("pendingrestore", Tone::Medium, Words::new("its owner wants it back", "復旧手続き中")),
    ("pendingcreate", Tone::Medium, Words::new("not yet registered", "登録手続き中")),
    ("addperiod", Tone::Medium, Words::new("registered within the last days", "登録から数日以内")),
    ("autorenewperiod", Tone::Text, Words::new("renewed by itself after its end", "期限後の自動更新期間")),
    ("renewperiod", Tone::Text, Words::new("renewed within the last days", "更新から数日以内")),
    (
        "transferperiod",
        Tone::Text,
        Words::new("came to this registrar within the last days", "登録業者の変更から数日以内"),
    ),
    ("inactive", Tone::Medium, Words::new("has no name servers", "ネームサーバーの設定なし")),
    ("ok", Tone::Text, Words::new("nothing in particular", "通常の状態")),
    ("active", Tone::Text, Words::new("nothing in particular", "通常の状態")),
    ("connected", Tone::Text, Words::new("in use until the date behind it", "利用中（日付は期限）")),
    ("registered", Tone::Text, Words::new("registered, in no use yet", "登録のみ（未接続）")),
    (
        "clienttransferprohibited",
        Tone::Text,
        Words::new("locked against transfer, as is usual", "移転ロック（一般的）"),
    ),
    (
        "servertransferprohibited",
        Tone::Text,
        Words::new("locked against transfer by the registry", "レジストリによる移転ロック"),
    ),
    ("clientdeleteprohibited", Tone::Text, Words::new("locked against deletion, as is usual", "削除ロック（一般的）")),
    (
        "serverdeleteprohibited",
        Tone::Text,
        Words::new("locked against deletion by the registry", "レジストリによる削除ロック"),
    ),
    ("clientupdateprohibited", Tone::Text, Words::new("locked against changes, as is usual", "変更ロック（一般的）")),
    (
        "serverupdateprohibited",
        Tone::Text,
        Words::new("locked against changes by the registry", "レジストリによる変更ロック"),
    ),
    ("clientrenewprohibited", Tone::Medium, Words::new("will not be renewed", "更新を停止")),
    (
        "serverrenewprohibited",
        Tone::Medium,
        Words::new("will not be renewed by the registry", "レジストリが更新を停止"),
    ),
];

fn of_status(word: &str) -> Option<&'static (&'static str, Tone, Words)> {
    let word = word.split('(').next().unwrap_or_default();
    let plain: String = word.chars().filter(char::is_ascii_alphabetic).take(40).collect();
    STATUS.iter().find(|(own, ..)| plain.eq_ignore_ascii_case(own))
}

fn explained(word: &str) -> Option<Words> {
    // A word that says it itself needs no other.
    of_status(word).filter(|(own, _, words)| words.get(Lang::En) != *own).map(|(.., words)| *words)
}

fn status_tone(word: &str) -> Tone {
    of_status(word).map_or(Tone::Text, |(_, tone, _)| *tone)
}
