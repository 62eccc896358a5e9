//! What is told where a limit was hit that only the result of an examination shows. How much is read stands in
//! [`crate::limits`]; a test hits every line of that list.

use super::links::Links;
use super::page::Page;
use super::{Evidence, LinkKind};
use crate::limits::{ARC_SETS, MESSAGE_BYTES, Told};
use crate::message::{Content, Limits, Message, Quirk, address};
use crate::text::Words;

/// The most fields of one name that are looked at for what was left out of them.
const READ_FIELDS: usize = 20;
/// So many quirks are shown by all who show them.
const FEW_QUIRKS: usize = 40;
/// Fields that hold lists of addresses.
const LISTS: &[&str] = &["From", "Sender", "Reply-To", "To", "Cc"];
const KIB: usize = 1024;
const MIB: usize = 1024 * 1024;

/// The mail is longer than what is read of its bytes. What lies behind is in no pane.
pub(super) fn of_whole() -> Quirk {
    Quirk::limit(
        Words::new(
            "message: only the first {0} MiB are read, and what lies behind is in no pane, raw neither",
            "メール：先頭の {0} MiB だけを読み、それより後ろは生データの画面にもありません",
        ),
        &[&(MESSAGE_BYTES / MIB)],
    )
}

/// Limits that were hit while pages were read, each told once.
pub(super) fn of_pages(pages: &[Option<Page>], most: &Limits) -> Vec<Quirk> {
    let any = |test: fn(&Page) -> bool| pages.iter().flatten().any(test);
    let told = [
        (
            any(|page| page.cut.bytes),
            Words::new(
                "HTML: only the first {0} MiB of a page are read",
                "HTML：ページの先頭 {0} MiB だけを読みました",
            ),
            most.html_bytes / MIB,
        ),
        (
            any(|page| page.cut.attributes),
            Words::new("HTML: a tag has more than {0} attributes", "HTML：属性が {0} 個を超えるタグがあります"),
            most.html_attributes,
        ),
        (
            any(|page| page.deep),
            Words::new("HTML: nested deeper than {0} levels", "HTML：入れ子が {0} 段を超えています"),
            most.html_depth,
        ),
        (
            any(|page| page.many),
            Words::new(
                "HTML: a page has more links than the {0} that are read",
                "HTML：リンクが多いページがあり、{0} 件まで読みました",
            ),
            most.page_links,
        ),
        (
            any(|page| page.many_styles),
            Words::new(
                "HTML: a page has more style rules than the {0} that are read",
                "HTML：スタイル規則が多いページがあり、{0} 個まで読みました",
            ),
            most.style_rules,
        ),
    ];
    hits(&told).map(Quirk::Limit).collect()
}

/// Limits that were hit while texts were searched for addresses in odd notations.
pub(super) fn of_links(links: &Links) -> Vec<Quirk> {
    let most = &links.limits;
    let (kib, odd) = (most.odd_bytes / KIB, most.odd_links);
    let told = [
        (
            links.cut,
            Words::new(
                "links: {0} KiB of a part of text are searched for addresses in odd notations only",
                "リンク：特殊な表記の URL は各テキストの先頭 {0} KiB だけで探しました",
            ),
            kib,
        ),
        (
            links.many,
            Words::new(
                "links: only the first {0} addresses in odd notations of a part are taken",
                "リンク：特殊な表記の URL は各テキストの最初の {0} 件だけを扱いました",
            ),
            odd,
        ),
    ];
    hits(&told).map(Quirk::Limit).collect()
}

/// What is told of those that were hit: whether one was, its words and its figure.
fn hits(told: &[(bool, Words, usize)]) -> impl Iterator<Item = Told> {
    told.iter().filter(|(hit, ..)| *hit).map(|(_, words, most)| Told::new(*words, &[most]))
}

/// Tells which limits were hit that only the result shows. Costs a look at the lengths of its lists.
pub(super) fn told(message: &Message, evidence: &mut Evidence) {
    let mut out: Vec<Told> = Vec::new();
    let most = &message.limits;
    of_fields(message, &mut out);
    let steps = |link: &super::Link| link.steps.len() >= most.wrappers;
    let in_text = evidence.links.iter().filter(|link| link.kind == LinkKind::Text).map(|link| link.count as usize);
    let long = |content: &Content| matches!(content, Content::Text(text) if text.len() > most.searched_bytes);
    // A character is never cut in two, so that a full text may be three bytes short.
    let full = evidence.body.text.len() + 3 >= most.text_bytes;
    let claims = evidence.auth.len() + evidence.connection.len();
    out.extend(hits(&[
        (
            evidence.from.len() >= most.readings,
            Words::new(
                "readings of the sender: only the first {0} are kept",
                "差出人：読み取れる候補のうち最初の {0} 件だけを記録しました",
            ),
            most.readings,
        ),
        (
            evidence.recipients.len() >= most.recipients,
            Words::new("recipients: only the first {0} are kept", "宛先：最初の {0} 件だけを記録しました"),
            most.recipients,
        ),
        (
            evidence.reply_to.len() >= most.reply_to,
            Words::new(
                "Reply-To: only the first {0} addresses are kept",
                "Reply-To：最初の {0} 件のアドレスだけを記録しました",
            ),
            most.reply_to,
        ),
        (
            evidence.body.hidden.len() >= most.hidden,
            Words::new(
                "hidden text: only the first {0} pieces are kept",
                "隠された文字：最初の {0} か所だけを記録しました",
            ),
            most.hidden,
        ),
        (
            full,
            Words::new(
                "text: only the first {0} KiB are read for their words",
                "本文：先頭の {0} KiB だけから語句を読み取りました",
            ),
            most.text_bytes / KIB,
        ),
        (
            message.parts.iter().any(|part| long(&part.content)),
            Words::new(
                "searched for links: only the first {0} MiB of a part of text",
                "リンク：各テキストの先頭 {0} MiB だけで探しました",
            ),
            most.searched_bytes / MIB,
        ),
        (
            in_text.sum::<usize>() >= most.text_links,
            Words::new(
                "links: only the first {0} of a text are read",
                "リンク：一つのテキストの最初の {0} 件だけを読みました",
            ),
            most.text_links,
        ),
        (
            evidence.links.iter().any(steps),
            Words::new(
                "links: only {0} wrappers around a link are undone",
                "リンク：転送用の URL は {0} 段まで展開しました",
            ),
            most.wrappers,
        ),
        (
            evidence.contacts.full(most.contacts),
            Words::new(
                "numbers and accounts: only the first {0} of a kind are kept",
                "電話番号と口座：種類ごとに最初の {0} 件だけを記録しました",
            ),
            most.contacts,
        ),
        (
            evidence.hosts.len() >= most.hosts,
            Words::new("hosts: only the first {0} are listed", "ホスト：最初の {0} 件だけを一覧にしました"),
            most.hosts,
        ),
        (
            claims >= most.claims,
            Words::new(
                "authentication: only the first {0} claims are read",
                "認証：最初の {0} 件の結果だけを読みました",
            ),
            most.claims,
        ),
        (
            evidence.signatures.len() >= most.signatures,
            Words::new("signatures: only the first {0} are read", "署名：最初の {0} 件だけを読みました"),
            most.signatures,
        ),
        (
            evidence.filters.len() >= most.filters,
            Words::new(
                "fields of filters: only the first {0} are read",
                "フィルターの欄：最初の {0} 個だけを読みました",
            ),
            most.filters,
        ),
        (
            evidence.filters.iter().any(|said| said.cut),
            Words::new(
                "filters: only the first {0} KiB of a field of a filter are read",
                "フィルター：フィルターの欄の先頭 {0} KiB だけを読みました",
            ),
            most.filter_bytes / KIB,
        ),
        (
            evidence.origins.len() >= most.origins,
            Words::new("fields of origin: only the first {0} are read", "送信元の欄：最初の {0} 個だけを読みました"),
            most.origins,
        ),
    ]));
    if evidence.chain.len() >= usize::from(ARC_SETS) {
        let words = Words::new(
            "forwarders: only the first {0} sets of ARC are read",
            "転送者：ARC の最初の {0} 組だけを読みました",
        );
        out.push(Told::new(words, &[&ARC_SETS]));
    }
    evidence.quirks.extend(out.into_iter().map(Quirk::Limit));
    // Whoever shows only the first ones must not be made to leave out that something was left out.
    if evidence.quirks.len() > FEW_QUIRKS {
        evidence.quirks.sort_by_key(|quirk| !matches!(quirk, Quirk::Limit(_)));
    }
}

/// Limits that were hit while header fields were read.
fn of_fields(message: &Message, out: &mut Vec<Told>) {
    for name in LISTS {
        let fields = message.all(name).take(READ_FIELDS);
        let told = fields.flat_map(|field| address::limits(&field.raw, &message.limits)).take(READ_FIELDS);
        out.extend(told.map(|told| told.of_field(name)));
    }
    // The shortest word has eight letters: `=?x?q??=`.
    let most = message.limits.encoded_words;
    let long = message.fields.iter().filter(|field| field.raw.len() > 8 * most);
    let many = |raw: &str| raw.matches("=?").count() > most;
    if long.take(READ_FIELDS).any(|field| many(&field.raw)) {
        let words = Words::new(
            "header: only the first {0} encoded words of a field are decoded",
            "ヘッダー：欄ごとに最初の {0} 個の符号化語だけを復号しました",
        );
        out.push(Told::new(words, &[&most]));
    }
}
