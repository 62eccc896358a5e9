//! The central question of the method: does the sender's domain resolve to the machine that delivered? Answered once
//! here, said by several panes. A difference is stated, not judged.

use std::net::IpAddr;

use super::lookups::{network, never_left};
use super::subject::clip;
use super::{Line, Subject, Target, Tone, country, proof};
use crate::evidence::{BoundaryReason, Domain, Hop};
use crate::facts::phrases::in_language;
use crate::facts::{Answer, Key, State};
use crate::text::Words;

/// The machine that handed the mail over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine<'a> {
    /// Its address.
    pub address: IpAddr,
    /// The line that names it.
    pub hop: &'a Hop,
    /// Why the line is believed; `None` where nothing vouches for it.
    pub proof: Option<BoundaryReason>,
}

/// The machine that delivered: the boundary's client, else the oldest line's.
pub(super) fn machine<'a>(subject: &Subject<'a>) -> Option<Machine<'a>> {
    let evidence = subject.evidence;
    let of = |index: usize, proof| {
        let hop = evidence.hops.get(index)?;
        Some(Machine { address: hop.address?, hop, proof })
    };
    evidence
        .triad
        .boundary
        .and_then(|boundary| of(boundary.hop, Some(boundary.reason)))
        .or_else(|| of(evidence.triad.oldest?, None))
}

/// How the addresses of a domain compare with the machine.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// The machine is one of the domain's addresses.
    Equal,
    /// The machine is one of the domain's mail exchangers.
    Exchanger(String),
    /// The domain lets the machine send for it, by this term of its SPF record.
    Allowed(String),
    /// The domain does not let it, by this term.
    Disowned(String),
    /// Another address in the same network.
    SameNetwork(Vec<IpAddr>, u32),
    /// Other addresses.
    Differs(Vec<IpAddr>),
    /// The domain has no address.
    Absent,
    /// Nobody asked.
    NotAsked,
    /// On its way.
    Pending,
    /// No answer came.
    Failed(String),
    /// The question cannot be asked.
    NeverLeft(String),
    /// No line names a machine.
    NoMachine,
}

/// Compares the addresses of `domain` with the machine that delivered.
pub(super) fn compare(subject: &Subject<'_>, domain: &Domain) -> Outcome {
    let Some(machine) = machine(subject) else {
        return Outcome::NoMachine;
    };
    let facts = subject.facts;
    let registrable = domain.registrable.as_deref().filter(|name| *name != domain.host);
    let names = || std::iter::once(domain.host.as_str()).chain(registrable);
    let addresses: Vec<IpAddr> = names().filter_map(|name| facts.addresses(name)).flatten().copied().take(64).collect();
    if addresses.contains(&machine.address) {
        return Outcome::Equal;
    }
    let exchanger = names()
        .filter_map(|name| match facts.state(&Key::MailExchangers(name.to_owned())) {
            State::Value(Answer::MailExchangers(list)) => Some(list),
            _ => None,
        })
        .flatten()
        .find(|mx| facts.addresses(&mx.host).is_some_and(|list| list.contains(&machine.address)));
    if let Some(mx) = exchanger {
        return Outcome::Exchanger(mx.host.clone());
    }
    match proof::lets(subject, domain) {
        Some((true, term)) => return Outcome::Allowed(term),
        Some((false, term)) => return Outcome::Disowned(term),
        None => {}
    }
    if addresses.is_empty() {
        return match facts.state(&Key::Addresses(domain.host.clone())) {
            State::Value(_) | State::Absent => Outcome::Absent,
            State::NotAsked => Outcome::NotAsked,
            State::Queued | State::Asking => Outcome::Pending,
            State::Failed(why) if never_left(why) => Outcome::NeverLeft(clip(&in_language(why, subject.lang), 200)),
            State::Failed(why) => Outcome::Failed(clip(&in_language(why, subject.lang), 200)),
        };
    }
    let asn = facts.place(machine.address).and_then(|place| place.asn);
    let same =
        asn.filter(|asn| addresses.iter().any(|one| facts.place(*one).is_some_and(|place| place.asn == Some(*asn))));
    match same {
        Some(asn) => Outcome::SameNetwork(addresses, asn),
        None => Outcome::Differs(addresses),
    }
}

/// Addresses in one text, the first few of them.
pub(super) fn listed(addresses: &[IpAddr]) -> String {
    let mut text = addresses.iter().take(4).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if addresses.len() > 4 {
        text.push_str(", …");
    }
    text
}

/// The address of the delivering machine is known from a line that the sender could not have typed.
fn is_proved(subject: &Subject<'_>) -> bool {
    machine(subject).is_some_and(|machine| !matches!(machine.proof, None | Some(BoundaryReason::OnlyAddress)))
}

/// The answer for one domain, as a line that begins with its glyph and word.
pub(super) fn answer(subject: &Subject<'_>, domain: &Domain) -> Line {
    let address = machine(subject).map(|machine| machine.address.to_string()).unwrap_or_default();
    let name = domain.host.as_str();
    let say = |words: Words, tone: Tone, values: [&str; 2]| {
        let text = subject.fill(words, &[name, &address, values[0], values[1]]);
        Line::new(&text, tone).to(Target::Host(name.to_owned()))
    };
    match compare(subject, domain) {
        Outcome::Equal if !is_proved(subject) => say(
            Words::new(
                "= Equal, not proved: {0} resolves to {1}, but nothing vouches for the line that names {1}.",
                "= 一致（未確認）：{0} のアドレスは {1} ですが、{1} と書かれた行を裏付けるものがありません。",
            ),
            Tone::Info,
            ["", ""],
        ),
        Outcome::Equal => say(
            Words::new(
                "= Yes, equal: {0} resolves to {1}, the machine that delivered.",
                "= 一致：{0} のアドレスは {1} で、配送したサーバーと同じです。",
            ),
            Tone::Good,
            ["", ""],
        ),
        Outcome::Exchanger(mx) => say(
            Words::new("= Yes: {1} is {2}, a mail exchanger of {0}.", "= 一致：{1} は {0} の MX サーバー {2} です。"),
            Tone::Good,
            [&mx, ""],
        ),
        Outcome::Allowed(term) => say(
            Words::new(
                "= Yes: {0} lets {1} send for it (SPF: {2}).",
                "= 一致：{0} は {1} を送信元として許可しています（SPF：{2}）。",
            ),
            Tone::Good,
            [&term, ""],
        ),
        Outcome::Disowned(term) => say(
            Words::new(
                "≠ No: {0} does not let {1} send for it (SPF: {2}).",
                "≠ 不一致：{0} は {1} を送信元として許可していません（SPF：{2}）。",
            ),
            if subject.evidence.excuses.is_empty() { Tone::Medium } else { Tone::Info },
            [&term, ""],
        ),
        Outcome::SameNetwork(list, asn) => say(
            Words::new(
                "≈ Partly: {0} resolves to {2}, not to {1}, but both are in the network AS{3}.",
                "≈ 一部一致：{0} のアドレスは {2} で {1} ではありませんが、どちらも同じネットワーク AS{3} です。",
            ),
            Tone::Info,
            [&listed(&list), &asn.to_string()],
        ),
        Outcome::Differs(list) => say(
            Words::new(
                "≠ No, they differ: {0} resolves to {2}, but {1} delivered.",
                "≠ 不一致：{0} のアドレスは {2} ですが、配送したのは {1} です。",
            ),
            if subject.evidence.excuses.is_empty() { Tone::Medium } else { Tone::Info },
            [&listed(&list), ""],
        ),
        Outcome::Absent => say(
            Words::new(
                "∅ No: {0} has no address at all, and {1} delivered.",
                "∅ 不一致：{0} にはアドレスが登録されておらず、配送したのは {1} です。",
            ),
            Tone::Medium,
            ["", ""],
        ),
        Outcome::NotAsked => not_asked(subject, name, &address),
        Outcome::Pending => say(
            Words::new("… Asking for the addresses of {0}.", "… {0} のアドレスを照会しています。"),
            Tone::Info,
            ["", ""],
        ),
        Outcome::Failed(why) => say(
            Words::new(
                "✗ Unknown: the question for {0} got no answer ({2}).",
                "✗ 不明：{0} の照会に答えがありません（{2}）。",
            ),
            Tone::Error,
            [&why, ""],
        ),
        Outcome::NeverLeft(why) => say(
            Words::new("? Unknown: nobody was asked for {0} ({2}).", "? 不明：{0} は照会していません（{2}）。"),
            Tone::Dim,
            [&why, ""],
        ),
        Outcome::NoMachine => say(
            Words::new(
                "? Unknown: no Received line names the machine that delivered.",
                "? 不明：配送したサーバーを示す Received 行がありません。",
            ),
            Tone::Dim,
            ["", ""],
        ),
    }
}

/// What the answer does not mean; `None` where it needs no warning.
pub(super) fn remark(subject: &Subject<'_>, domain: &Domain) -> Option<Line> {
    let words = match compare(subject, domain) {
        Outcome::Equal | Outcome::Exchanger(_) | Outcome::Allowed(_) => Words::new(
            "Equal proves only that a machine of this domain sent the mail: a hijacked account there, or a domain bought \
             for the purpose, looks just the same.",
            "一致が示すのは、このドメインのサーバーから送られたことだけです。乗っ取られたアカウントや、そのために取得された\
             ドメインでも同じ結果になります。",
        ),
        Outcome::Differs(_) | Outcome::Disowned(_) | Outcome::Absent if subject.evidence.excuses.is_empty() => {
            Words::new(
                "Honest senders, too, often deliver from other machines than the one their domain names. Here nothing in the \
             mail explains the difference.",
                "正当な送信者でも、ドメインが指すものとは別のサーバーから送ることはよくあります。しかし、このメールには食い違いを\
             説明するものがありません。",
            )
        }
        Outcome::Differs(_) | Outcome::Disowned(_) | Outcome::Absent => Words::new(
            "That alone is no forgery: the triad lists an innocent reason for it.",
            "これだけでは偽装とは言えません。「御三家」に正当な理由が挙がっています。",
        ),
        _ => return None,
    };
    Some(subject.line(words, Tone::Dim))
}

fn not_asked(subject: &Subject<'_>, name: &str, address: &str) -> Line {
    let asked = Words::new(
        "○ Not asked yet: DNS would be asked for the addresses of {0}, to be compared with {1}.",
        "○ 未照会：DNS で {0} のアドレスを引き、{1} と比べます。",
    );
    let mut text = subject.fill(asked, &[name, address]);
    if !subject.ask_key.is_empty() {
        text.push_str(&subject.fill(
            Words::new(
                " Press {0} to ask; whoever serves that domain can notice.",
                "{0} で照会します（そのドメインの管理者に気付かれることがあります）。",
            ),
            &[subject.ask_key],
        ));
    }
    Line::new(&text, Tone::Info).to(Target::Host(name.to_owned()))
}

/// The machine in words: address, the name it gave, network and country.
pub(super) fn described(subject: &Subject<'_>, machine: &Machine<'_>) -> String {
    let mut said = Vec::new();
    if let Some(name) = &machine.hop.reverse {
        said.push(clip(name, 80));
    } else if let Some(name) = &machine.hop.helo {
        said.push(subject.fill(Words::new("calls itself {0}", "名乗りは {0}"), &[&clip(name, 80)]));
    }
    if let Some(place) = subject.facts.place(machine.address) {
        said.push(network(place, subject.lang));
        if !place.anycast {
            said.extend(place.country.as_deref().map(|code| country(code, subject.lang).to_owned()));
        }
    }
    said.retain(|part| !part.is_empty());
    if said.is_empty() {
        return machine.address.to_string();
    }
    subject.fill(
        Words::new("{0} ({1})", "{0}（{1}）"),
        &[&machine.address.to_string(), &said.join(subject.say(Words::new(", ", "、")))],
    )
}

/// Who vouches for the machine.
pub(super) fn vouched(reason: Option<BoundaryReason>) -> (Words, Tone) {
    match reason {
        Some(BoundaryReason::Configured) => (
            Words::new(
                "proved: one of your own servers, as configured, wrote this line about the connection it saw",
                "確実：設定で自組織のものとしたサーバーが、実際に見た接続について書いた行です",
            ),
            Tone::Good,
        ),
        Some(BoundaryReason::UsualOfMailbox) => (
            Words::new(
                "proved: a server that nearly all mail of this mailbox comes through wrote this line about the connection it saw",
                "確実：このメールボックスのほぼすべてのメールが通るサーバーが、実際に見た接続について書いた行です",
            ),
            Tone::Good,
        ),
        Some(BoundaryReason::FirstForeignClient) => (
            Words::new(
                "proved: the recipient's own server wrote this line about the connection it saw",
                "確実：受信側のサーバーが、実際に見た接続について書いた行です",
            ),
            Tone::Good,
        ),
        Some(BoundaryReason::NamedByRecipient) => (
            Words::new(
                "proved: a check of the recipient's own server names this address",
                "確実：受信側のサーバーによる検査がこのアドレスを記録しています",
            ),
            Tone::Good,
        ),
        Some(BoundaryReason::OnlyAddress) => (
            Words::new(
                "likely: it is the only address in any Received line, and nothing else confirms it",
                "おそらく：Received 行にあるただ一つのアドレスで、ほかに裏付けはありません",
            ),
            Tone::Info,
        ),
        None => (
            Words::new("not proved: the sender could have typed this line", "未証明：送信者が書き込めた行です"),
            Tone::Medium,
        ),
    }
}
