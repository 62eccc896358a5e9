//! Card section: what a visit to a link brought: each hop with who answered, why it ended, and what the page shows. URLs
//! and the page's text are defanged; nothing in it can be pressed by mistake.

use super::{About, label};
use crate::evidence::{Domain, UrlParts, brand};
use crate::facts::listing::Certificate;
use crate::facts::phrases::in_language;
use crate::facts::visit::{Asks, Form, Place, Shown, Stop, TEXT_CHARS, Visit};
use crate::facts::{Answer, Fact, Key, State};
use crate::text::{Words, defang, defang_host, defang_url};
use crate::view::lookups::{address_line, country_of, network_of, origin, state};
use crate::view::subject::clip;
use crate::view::time::{day, size};
use crate::view::{Doc, Line, Subject, Target, Tone};

/// The most visits that a host's card tells.
const VISITS: usize = 4;
/// The most lines of a page's text.
const LINES: usize = 80;
/// The most characters of a URL.
const URL_CHARS: usize = 200;
/// The most items of a list.
const LISTED: usize = 12;

/// Says each hop and the page.
pub(super) fn tell(subject: &Subject<'_>, about: &About<'_>, doc: &mut Doc) {
    match about {
        About::Url(url) => {
            let fact = subject.facts.get(&Key::Page((*url).to_owned()));
            if let Some(Fact { state: State::Value(Answer::Visit(visit)), .. }) = fact {
                tell_visit(subject, url, visit, fact, doc);
                return;
            }
            doc.heading(subject.say(VISIT));
            if let Some(Fact { state: State::Value(Answer::Text(text)), .. }) = fact {
                doc.line(Line::new(&defang(&clip(text, 600)), Tone::Text).indent(2).hang(2));
            }
            doc.line(state(subject, fact).indent(2));
            doc.gap();
        }
        // What somebody wrote down of a host's page stands with its name.
        About::Host(domain) => {
            let mut visits = subject.facts.visits().filter(|(url, visit)| passes(url, visit, domain));
            for (url, visit) in visits.by_ref().take(VISITS) {
                tell_visit(subject, url, visit, subject.facts.get(&Key::Page(url.to_owned())), doc);
            }
            let more = visits.count();
            if more > 0 {
                let words = Words::new("… {0 more visit|more visits}", "…ほか {0} 件の訪問");
                doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim).indent(2));
            }
        }
        About::Address(_) | About::System(_) | About::File(_) => {}
    }
}

const VISIT: Words = Words::new("Visit", "訪問");

/// A visit begins at the host or passes it.
fn passes(url: &str, visit: &Visit, domain: &Domain) -> bool {
    let at = |url: &str| UrlParts::of(url, None).is_some_and(|parts| parts.domain.host == domain.host);
    at(url) || visit.hops.iter().any(|stop| at(&stop.url))
}

fn tell_visit(subject: &Subject<'_>, url: &str, visit: &Visit, fact: Option<&Fact>, doc: &mut Doc) {
    doc.heading(subject.say(VISIT));
    let source = fact.map(|fact| origin(subject, fact)).unwrap_or_default();
    doc.line(link(url).with("  ", Tone::Dim).join(source).indent(2).hang(2));
    for (at, stop) in visit.hops.iter().enumerate() {
        hop(subject, at + 1, stop, doc);
    }
    if let Some(why) = &visit.ended {
        let words = Words::new("ended", "終了");
        doc.line(label(subject, words).with(&in_language(why, subject.lang), Tone::Medium));
    }
    doc.gap();
    if let Some(page) = &visit.page {
        tell_page(subject, page, doc);
    }
}

fn link(url: &str) -> Line {
    Line::new(&clip(&defang_url(url), URL_CHARS), Tone::Link).to(Target::Url(url.to_owned()))
}

/// `2  GET 200  hxxps://...`, and below it who answered.
fn hop(subject: &Subject<'_>, number: usize, stop: &Stop, doc: &mut Doc) {
    let mut line = Line::new(&format!("{number}  "), Tone::Dim);
    if !stop.method.is_empty() {
        line = line.with(&format!("{} ", clip(&stop.method, 10)), Tone::Dim);
    }
    if let Some(status) = stop.status {
        let tone = match status {
            200..300 => Tone::Good,
            300..400 => Tone::Info,
            _ => Tone::Low,
        };
        line = line.with(&format!("{status}  "), tone);
    }
    doc.line(line.join(link(&stop.url)).indent(2).hang(3));
    let below = |line: Line| line.indent(5).hang(2);
    if let Some(why) = &stop.refused {
        doc.line(below(Line::new(&format!("✗ {}", in_language(why, subject.lang)), Tone::Medium)));
    }
    if let Some(address) = stop.address {
        let gap = |line: Line| Line::new("  ", Tone::Dim).join(line);
        let line = address_line(address).join(gap(network_of(subject, address)));
        doc.line(below(line.join(gap(country_of(subject, address)))));
    }
    let mut said: Vec<String> = Vec::new();
    if let Some(server) = &stop.server {
        said.push(format!("{}: {}", subject.say(Words::new("server", "サーバー")), clip(server, 80)));
    }
    if let Some(media) = &stop.media {
        said.push(format!("{}: {}", subject.say(Words::new("content", "内容の種類")), clip(media, 80)));
    }
    if !said.is_empty() {
        doc.line(below(Line::new(&said.join(subject.say(Words::new(", ", "、"))), Tone::Dim)));
    }
    if let Some(own) = &stop.certificate {
        doc.line(below(certificate(subject, own, stop.distrust.as_deref())));
    }
    if let (Some(_), Some(how)) = (&stop.to, &stop.how) {
        let how = match how.as_str() {
            "meta refresh" => subject.say(Words::new("a refresh in the page", "ページ内の refresh 指定")),
            "script" => subject.say(Words::new("a script in the page", "ページ内のスクリプト")),
            "Refresh" => subject.say(Words::new("a Refresh field", "Refresh ヘッダー")),
            other => other,
        };
        let words = Words::new("→ sends on by {0}", "→ {0} で転送");
        doc.line(below(Line::new(&subject.fill(words, &[&clip(how, 30)]), Tone::Info)));
    }
}

fn certificate(subject: &Subject<'_>, own: &Certificate, distrust: Option<&str>) -> Line {
    let names: Vec<String> = own.names.iter().take(4).map(|name| clip(name, 80)).collect();
    let more = own.names.len().saturating_sub(names.len());
    let mut parts = vec![
        format!("{}: {}", subject.say(Words::new("certificate by", "証明書の発行者")), clip(&own.issuer, 60)),
        format!("{}: {}", subject.say(Words::new("for", "対象")), names.join(" ")),
    ];
    if more > 0 {
        parts.push(subject.fill(Words::new("{0} more", "ほか {0} 件"), &[&more.to_string()]));
    }
    if let Some(from) = own.not_before {
        parts.push(subject.fill(Words::new("since {0}", "{0} 発行"), &[&day(from, &subject.tz)]));
        // Held against the mail, as a clock would tell something else tomorrow.
        if let Some(mail) = subject.evidence.date {
            let days = mail.saturating_sub(from).div_euclid(86_400);
            let words = if days < 0 {
                Words::new("{0} d after the mail", "メールの {0} 日後")
            } else {
                Words::new("{0} d before the mail", "メールの {0} 日前")
            };
            parts.push(subject.fill(words, &[&days.unsigned_abs().to_string()]));
        }
    }
    if let Some(until) = own.not_after {
        parts.push(subject.fill(Words::new("until {0}", "{0} まで"), &[&day(until, &subject.tz)]));
    }
    let line = Line::new(&parts.join(subject.say(Words::new(", ", "、"))), Tone::Dim);
    match distrust {
        Some(why) => line.with("  ", Tone::Dim).with(&format!("! {}", in_language(why, subject.lang)), Tone::High),
        None => line,
    }
}

fn tell_page(subject: &Subject<'_>, page: &Shown, doc: &mut Doc) {
    doc.heading(subject.say(Words::new("The page", "ページの内容")));
    if !page.at.is_empty() {
        doc.line(label(subject, Words::new("at", "場所")).join(link(&page.at)));
    }
    if let Some(kind) = &page.file {
        let words = Words::new("a file, not a page", "ページではなくファイル");
        doc.line(label(subject, words).with(&clip(kind, 80), Tone::Medium));
    }
    if !page.title.is_empty() {
        doc.line(label(subject, Words::new("title", "題名")).with(&defang(&clip(&page.title, 200)), Tone::Accent));
    }
    language(subject, page, doc);
    for form in page.forms.iter().take(LISTED) {
        doc.line(tell_form(subject, form));
    }
    if let Some(more) = page.forms.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let words = Words::new("{0} more", "ほか {0} 件");
        let text = subject.fill(words, &[&more.to_string()]);
        doc.line(label(subject, Words::new("form", "フォーム")).with(&text, Tone::Dim));
    }
    for mark in page.marks.iter().filter(|mark| mark.place != Place::Text).take(LISTED) {
        let name = brand(&mark.brand).and_then(|brand| brand.names.first().copied()).unwrap_or(&mark.brand);
        let line = label(subject, Words::new("brand", "ブランド")).with(&clip(name, 60), Tone::Accent);
        let place = subject.say(place(mark.place));
        doc.line(line.with(&format!("  {place}: {}", defang(&clip(&mark.said, 100))), Tone::Dim));
    }
    let only: Vec<&str> = page
        .brands
        .iter()
        .filter(|id| page.marks.iter().filter(|mark| mark.brand == **id).all(|mark| mark.place == Place::Text))
        .map(String::as_str)
        .take(LISTED)
        .collect();
    list(subject, Words::new("also names", "本文に出るブランド"), &only, Tone::Dim, doc);
    oddities(subject, page, doc);
    hosts(subject, Words::new("loads from", "読み込み・送信先"), &page.hosts, doc);
    hosts(subject, Words::new("links to", "リンク先"), &page.links, doc);
    marks_of_bytes(subject, page, doc);
    doc.gap();
    tell_text(subject, page, doc);
}

fn language(subject: &Subject<'_>, page: &Shown, doc: &mut Doc) {
    let declared = page.language.as_deref().map(|tag| clip(tag, 40));
    let letters = page.letters.as_deref().map(|tag| clip(tag, 40));
    let text = match (&declared, &letters) {
        (Some(declared), Some(letters))
            if !declared.to_ascii_lowercase().starts_with(&letters.to_ascii_lowercase()) =>
        {
            let words = Words::new("declared {0}, written in {1}", "宣言は {0}、本文の文字は {1}");
            subject.fill(words, &[declared, letters])
        }
        (Some(one), _) | (None, Some(one)) => one.clone(),
        (None, None) => return,
    };
    let mut line = label(subject, Words::new("language", "言語")).with(&text, Tone::Text);
    let japanese = subject.evidence.body.japanese > 0.3;
    let other = letters.as_deref().map_or_else(|| page.text.chars().count() > 100, |letters| letters != "ja");
    if japanese && other {
        let words = Words::new("  the mail is in Japanese", "  メールは日本語です");
        line = line.with(subject.say(words), Tone::Low);
    }
    doc.line(line);
}

fn tell_form(subject: &Subject<'_>, form: &Form) -> Line {
    let secret = form.wants_secret();
    let tone = if secret { Tone::High } else { Tone::Text };
    let mut line = label(subject, Words::new("form", "フォーム"));
    if !form.method.is_empty() {
        line = line.with(&format!("{} → ", clip(&form.method, 10)), Tone::Dim);
    }
    line = if form.action.is_empty() {
        let words = Words::new("sent by a script", "スクリプトが送信");
        line.with(subject.say(words), Tone::Info)
    } else {
        line.join(link(&form.action))
    };
    let asks: Vec<&str> = form.asks.iter().map(|one| subject.say(asks(*one))).collect();
    if !asks.is_empty() {
        let words = Words::new("  asks for: {0}", "  求めるもの：{0}");
        line = line.with(&subject.fill(words, &[&asks.join(subject.say(Words::new(", ", "、")))]), tone);
    }
    let mut fields: Vec<String> = form.fields.iter().take(LISTED).map(|name| clip(name, 40)).collect();
    if form.fields.len() > LISTED {
        fields.push("…".to_owned());
    }
    if !fields.is_empty() {
        let words = Words::new("  fields: {0}", "  項目名：{0}");
        line = line.with(&subject.fill(words, &[&fields.join(" ")]), Tone::Dim);
    }
    line
}

/// What a field asks for.
fn asks(what: Asks) -> Words {
    match what {
        Asks::Password => Words::new("password", "パスワード"),
        Asks::Code => Words::new("one-time code", "ワンタイムコード"),
        Asks::Card => Words::new("card number", "カード番号"),
        Asks::CardCode => Words::new("security code of a card", "セキュリティコード"),
        Asks::CardExpiry => Words::new("expiry of a card", "カードの有効期限"),
        Asks::Pin => Words::new("PIN", "暗証番号"),
        Asks::Account => Words::new("account number", "口座番号"),
        Asks::Identity => Words::new("number of a document", "身分証などの番号"),
        Asks::Secret => Words::new("answer to a secret question", "秘密の質問の答え"),
        Asks::Seed => Words::new("words that restore a wallet", "ウォレットの復元フレーズ"),
        Asks::Birth => Words::new("date of birth", "生年月日"),
        Asks::Phone => Words::new("telephone number", "電話番号"),
        Asks::User => Words::new("mail address or user name", "メールアドレス・ユーザー名"),
        Asks::Name => Words::new("name", "氏名"),
        Asks::Address => Words::new("address", "住所"),
        Asks::File => Words::new("a file", "ファイル"),
    }
}

/// Where a brand stands.
fn place(place: Place) -> Words {
    match place {
        Place::Title => Words::new("in the title", "題名"),
        Place::Logo => Words::new("logo", "ロゴ"),
        Place::Copyright => Words::new("copyright", "著作権表示"),
        Place::Host => Words::new("in the host", "ホスト名"),
        Place::Picture => Words::new("picture", "画像"),
        Place::Text => Words::new("in the text", "本文"),
    }
}

fn oddities(subject: &Subject<'_>, page: &Shown, doc: &mut Doc) {
    let mut say = |words: Words, text: &str, tone: Tone| doc.line(label(subject, words).with(text, tone));
    if !page.kit.is_empty() {
        let marks: Vec<String> = page.kit.iter().take(LISTED).map(|mark| defang(&clip(mark, 80))).collect();
        say(Words::new("marks of kits", "キットの痕跡"), &marks.join("  "), Tone::High);
    }
    if let Some(from) = &page.copied {
        let words = Words::new("saved copy of", "複製元");
        say(words, &clip(&defang_url(from), URL_CHARS), Tone::Medium);
    }
    if let Some(files) = &page.folder {
        let files: Vec<String> = files.iter().take(LISTED).map(|file| clip(file, 60)).collect();
        let words = Words::new("open folder", "公開フォルダー");
        say(words, &files.join("  "), Tone::Medium);
    }
    if let Some(how) = &page.draws {
        let words = Words::new("written by a script", "スクリプトで組み立て");
        say(words, &clip(how, 100), Tone::Medium);
    }
    if let Some(who) = &page.gate {
        let words = Words::new(
            "asks for a proof that a person looks; what stands behind is not shown here",
            "人による操作かを確認する仕組みがあり、その先は表示していません",
        );
        say(Words::new("gate", "認証の壁"), &format!("{}: {}", clip(who, 60), subject.say(words)), Tone::Info);
    }
    if page.left_out {
        let words =
            Words::new("the page has more of everything than is looked at", "要素が多すぎるため、一部だけを調べました");
        say(Words::new("limit", "上限"), subject.say(words), Tone::Medium);
    }
    if page.hidden > 0 {
        let words = Words::new("{0 piece|pieces}", "{0} か所");
        let text = subject.fill(words, &[&page.hidden.to_string()]);
        say(Words::new("hidden text", "隠し文字"), &text, Tone::Low);
    }
}

fn list(subject: &Subject<'_>, words: Words, items: &[&str], tone: Tone, doc: &mut Doc) {
    if !items.is_empty() {
        let items: Vec<String> = items.iter().map(|item| clip(item, 60)).collect();
        doc.line(label(subject, words).with(&items.join("  "), tone));
    }
}

fn hosts(subject: &Subject<'_>, words: Words, hosts: &[String], doc: &mut Doc) {
    if hosts.is_empty() {
        return;
    }
    let mut line = label(subject, words);
    for (at, host) in hosts.iter().take(LISTED).enumerate() {
        line = line.with(if at > 0 { "  " } else { "" }, Tone::Dim).with(&defang_host(host), Tone::Text);
        line = line.to(Target::Host(host.clone()));
    }
    if let Some(more) = hosts.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let words = Words::new("  {0} more", "  ほか {0} 件");
        line = line.with(&subject.fill(words, &[&more.to_string()]), Tone::Dim);
    }
    doc.line(line);
}

/// Size, digest, the number of the site's picture, charset: for whoever searches for its like.
fn marks_of_bytes(subject: &Subject<'_>, page: &Shown, doc: &mut Doc) {
    let mut text = size(u64::from(page.bytes), subject.lang);
    if page.cut {
        text.push_str(subject.say(Words::new(" (cut: there was more)", "（途中まで。続きがあります）")));
    }
    if let Some(charset) = &page.charset {
        text = format!("{text}  {}", clip(charset, 40));
    }
    doc.line(label(subject, Words::new("size", "大きさ")).with(&text, Tone::Dim));
    if !page.sha256.is_empty() {
        doc.line(
            label(subject, Words::new("SHA-256", "SHA-256"))
                .with(&clip(&page.sha256, 64), Tone::Dim)
                .to(Target::Hash(page.sha256.clone())),
        );
    }
    if let Some(number) = page.favicon {
        let words = Words::new("favicon hash (mmh3)", "favicon のハッシュ (mmh3)");
        doc.line(label(subject, words).with(&number.to_string(), Tone::Text).to(Target::Value(number.to_string())));
    }
}

fn tell_text(subject: &Subject<'_>, page: &Shown, doc: &mut Doc) {
    if page.text.trim().is_empty() {
        if page.file.is_none() && page.folder.is_none() {
            let words = Words::new(
                "The page has no text of its own: pictures or scripts make it.",
                "ページ自体に文字はありません。画像かスクリプトで表示しています。",
            );
            doc.line(subject.line(words, Tone::Dim).indent(2));
            doc.gap();
        }
        return;
    }
    doc.heading(subject.say(Words::new("Its text", "ページの文面")));
    let mut lines = page.text.lines().filter(|line| !line.trim().is_empty());
    for line in lines.by_ref().take(LINES) {
        doc.line(Line::new(&defang(&clip(line.trim(), 500)), Tone::Text).indent(2).hang(2));
    }
    let more = lines.count();
    if more > 0 {
        let words = Words::new("… {0 more line|more lines}", "…ほか {0} 行");
        doc.line(Line::new(&subject.fill(words, &[&more.to_string()]), Tone::Dim).indent(2));
    }
    if page.text.chars().count() >= TEXT_CHARS {
        let words = Words::new("… more was not kept", "…続きは保存していません");
        doc.line(subject.line(words, Tone::Dim).indent(2));
    }
    doc.gap();
}
