//! Where a mail wants its reader to call or pay, and what of its text only a filter reads: numbers in disguise, accounts that
//! have changed, plain text that has nothing to do with the page beside it.
//!
//! The stories around a number or a wallet are in `bait`; here is only what shows by itself.

use super::{Family, Hit, Kind, Rule, Seen, gate, lexicon};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this file, of the family of what a mail says.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "number-disguised",
        family: Family::Body,
        title: Words::new("A telephone number in disguise", "電話番号が偽装されている"),
        reason: Words::new(
            "The number {0} is written as \"{1}\", with letters, signs or gaps in place of plain digits: people can dial it, filters do not find it.",
            "電話番号 {0} が「{1}」と書かれています。数字を似た文字や記号に替えたり間を空けたりして、人には読めてもフィルターには見つからないようにする手口です。",
        ),
        innocent: Words::new(
            "A decorated flyer, or a letter typed for a digit by mistake.",
            "飾り文字のちらしや、数字と文字の打ち間違いの場合です。",
        ),
        weight: 1.2,
        kind: Kind::Direct,
        references: &["public warnings on call-back phishing", "Sublime callback phishing rules (idea)"],
        check: number_disguised,
    },
    Rule {
        id: "account-changed",
        family: Family::Body,
        title: Words::new("Pay into another account from now on", "振込先の口座が変わったと告げる"),
        reason: Words::new(
            "The mail says that the account for payments has changed (\"{0}\") and names {1}. Whoever has read a mailbox writes such mails in the name of a supplier, a colleague or a boss.",
            "支払先の口座が変わった（「{0}」）として {1} を示しています。メールを盗み見た者が、取引先や同僚、上司の名をかたって送る手口です。",
        ),
        innocent: Words::new(
            "A supplier who really changed banks. Ask by a telephone number that you knew before, never by the one in the mail.",
            "取引先が本当に口座を変えた場合です。メールに書かれた番号ではなく、以前から知っている番号に電話して確かめてください。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["public warnings of police and banks on business e-mail compromise"],
        check: account_changed,
    },
    Rule {
        id: "text-unlike-page",
        family: Family::Body,
        title: Words::new("The plain text says something else than the page", "テキスト版と HTML 版の内容が別物"),
        reason: Words::new(
            "Beside the page stands a plain text of {0} different words, and only {1} % of them are in the page. People see the page, many filters read the text.",
            "HTML の本文に添えられたテキスト版（{0} 語）のうち、HTML と共通する語は {1} % だけです。人が見るのは HTML、多くのフィルターが読むのはテキスト版です。",
        ),
        innocent: Words::new(
            "A newsletter whose text only says that the page cannot be shown, or that was left over from another issue.",
            "「HTML を表示できません」とだけ書かれたメールマガジンや、別の号のテキストが残った場合です。",
        ),
        weight: 1.0,
        kind: Kind::Correlated,
        references: &["SpamAssassin MPART_ALT_DIFF (idea)", "rspamd R_PARTS_DIFFER (idea)"],
        check: text_unlike_page,
    },
];

fn number_disguised(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let phone = evidence.contacts.phones.iter().find(|phone| phone.disguised)?;
    (!gate::listed(evidence)).then(|| Hit::new([&phone.number, &phone.written], vec![phone.span]))
}

fn account_changed(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let account = evidence.contacts.accounts.first()?;
    // An answer is no excuse: who reads along in a mailbox answers its mails.
    let said = lexicon::first(lexicon::ACCOUNT_CHANGE, evidence)?;
    let named = format!("{} {}", account.bank, account.number);
    let mut spans = gate::everything(evidence);
    spans.push(account.span);
    (!gate::listed(evidence)).then(|| Hit::new([said, named.trim_start()], spans))
}

/// Fewer words than this are no text but a note that there is one.
const TEXT_WORDS: u32 = 8;
/// Fewer words than this are a picture with a line below.
const PAGE_WORDS: u32 = 20;
/// A smaller share of words in common is chance.
const CHANCE: f32 = 0.15;

fn text_unlike_page(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let twin = evidence.body.twin.as_ref()?;
    let differing = twin.differing?;
    if differing.words < TEXT_WORDS || differing.page_words < PAGE_WORDS || differing.shared >= CHANCE {
        return None;
    }
    let parts = [twin.text, twin.page].into_iter();
    let spans = parts.filter_map(|part| evidence.shape.parts.get(part).copied()).collect();
    let percent = format!("{:.0}", differing.shared * 100.0);
    (!gate::listed(evidence) && !gate::aligned(evidence))
        .then(|| Hit::new([&differing.words.to_string(), &percent], spans))
}
