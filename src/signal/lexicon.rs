//! Words that several rules look for, each list one automaton. English and Japanese; matched without regard to ASCII case.
//!
//! Lists of phrases and a search, nothing else: what a phrase means is the rule's business.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// A list of phrases made ready for searching; `None` would mean that the list does not compile, which a test excludes.
pub(super) type Lexicon = LazyLock<Option<AhoCorasick>>;

fn build(phrases: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().ascii_case_insensitive(true).build(phrases).ok()
}

/// The first phrase of the list that stands in the text, as it stands there. Latin phrases must begin at a word's start.
pub(super) fn first<'a>(list: &Lexicon, text: &'a str) -> Option<&'a str> {
    let list = list.as_ref()?;
    list.find_overlapping_start(text)
}

/// Searching with a look at the character before.
trait WordStart {
    fn find_overlapping_start<'a>(&self, text: &'a str) -> Option<&'a str>;
}

impl WordStart for AhoCorasick {
    fn find_overlapping_start<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.find_iter(text).take(200).find_map(|found| {
            let before = text.get(..found.start()).and_then(|left| left.chars().next_back());
            let word = text.get(found.range())?;
            let latin = word.starts_with(|c: char| c.is_ascii_alphanumeric());
            (!(latin && before.is_some_and(|c| c.is_ascii_alphanumeric()))).then_some(word)
        })
    }
}

/// What a display name says that claims to be the recipient's mail system.
pub(super) static OFFICE: Lexicon = LazyLock::new(|| {
    build(&[
        "postmaster", "mailer-daemon", "mail delivery", "mail administrator", "mail admin", "mail server", "mail system",
        "mail support", "mail service", "mailbox", "webmail", "web mail", "email admin", "email support", "email service",
        "e-mail support", "email server", "email security", "system admin", "server admin", "it support", "it help",
        "it desk", "it-support", "helpdesk", "help desk", "it department", "it admin", "cpanel", "roundcube", "zimbra",
        "サーバー管理", "サーバ管理", "システム管理", "メール管理", "メールサーバ", "メールサポート", "ウェブメール", "Webメール", "管理者",
    ])
});

/// The recipient's mail account as a thing.
pub(super) static MAILBOX: Lexicon = LazyLock::new(|| {
    build(&[
        "mailbox", "mail box", "mail account", "email account", "e-mail account", "webmail", "web mail", "mail server",
        "email server", "mail quota", "email quota", "mail storage", "email storage", "inbox storage", "your email",
        "your e-mail", "mail delivery", "email address", "email password", "password", "incoming mail", "incoming message",
        "incoming email", "メールボックス", "メールアカウント", "メールサーバ", "メールアドレス", "ウェブメール", "webメール", "パスワード", "メール容量",
        "受信トレイ", "ご利用のメール",
    ])
});

/// What threatens it.
pub(super) static MAILBOX_TROUBLE: Lexicon = LazyLock::new(|| {
    build(&[
        "quota", "storage is full", "storage full", "almost full", "is full", "exceeded", "storage limit", "will expire",
        "expires today", "expires soon", "expiring", "has expired", "is set to expire", "expiration notice",
        "password expir", "be deactivated", "be suspended", "been suspended", "be disabled", "be terminated", "be shut down",
        "be closed", "be blocked", "be locked out", "deactivation", "termination request", "held message", "messages held",
        "messages on hold", "pending message", "pending email", "pending mail", "undelivered message", "undelivered mail",
        "undelivered email", "undelivered incoming", "messages are pending", "messages are held", "held back",
        "failed to deliver", "could not be delivered to your", "release message", "release the message", "quarantined",
        "re-validate", "revalidate", "re-activate", "reconfirm", "keep same password", "keep current password",
        "keep my password", "same password", "upgrade your", "update your mailbox", "容量", "上限", "超過", "期限", "失効", "無効に",
        "停止", "保留", "未配信", "配信できま", "差し戻", "ロックさ", "再認証", "アップグレード",
    ])
});

/// Greetings that name nobody.
pub(super) static GREETING: Lexicon = LazyLock::new(|| {
    build(&[
        "dear customer", "dear valued customer", "dear client", "dear member", "dear user", "dear account holder",
        "dear account owner", "dear email user", "dear sir/madam", "dear sir or madam", "dear friend", "dear beneficiary",
        "dear cardholder", "dear card holder", "dear paypal", "dear ebay", "dear amazon", "dear valued member",
        "dear beloved", "dear winner", "hello dear", "attention:", "lieber kunde", "sehr geehrter kunde",
        "sehr geehrte kundin", "cher client", "estimado cliente", "prezado cliente", "caro cliente", "gentile cliente",
        "beste klant", "geachte klant",
    ])
});

/// What only fraud by letter says: money to be handed over, a lot that was won, a secret to be paid for.
pub(super) static FRAUD: Lexicon = LazyLock::new(|| {
    build(&[
        "next of kin", "late husband", "inheritance", "beneficiary", "million dollars", "million usd", "million united states",
        "unclaimed fund", "transfer of fund", "fund transfer", "lottery", "you have won", "you won", "donation of",
        "donate to you", "compensation fund", "atm card", "western union", "moneygram", "bitcoin", "btc wallet", "btc address",
        "crypto wallet", "gift card", "gift cards", "business proposal", "investment proposal", "mutual benefit",
        "confidential", "barrister", "consignment", "trunk box", "diplomat", "webcam", "recorded you", "your device was", "charity", "orphan", "widow", "doação", "doacao", "donación", "donacion",
        "milhões", "millones", "millionen", "herança", "herencia", "erbschaft", "héritage", "eredità", "viúva", "caridade",
        "ビットコイン", "仮想通貨", "ギフトカード", "遺産", "当選", "ウェブカメラ", "録画",
    ])
});

/// What it asks for.
pub(super) static FRAUD_DEMAND: Lexicon = LazyLock::new(|| {
    build(&[
        "million", "contact me", "reply to", "get back to me", "respond to", "your full name", "your bank", "bank details",
        "phone number", "hours to pay", "send the", "transfer", "payment", "pay ", "are you available", "are you free",
        "kindly reply", "urgent response", "i need you to", "contact him", "contact her", "responda", "entre em contato", "antworten sie", "répondez", "contacteer", "送金", "振り込", "振込", "支払", "返信",
    ])
});

/// Prizes, gifts and bonuses.
pub(super) static PRIZE: Lexicon = LazyLock::new(|| {
    build(&[
        "you have won", "you've won", "you won", "congratulations", "congrats", "you have been selected", "you've been selected",
        "you have been chosen", "you've been chosen", "claim your", "claim now", "claim reward", "giveaway", "airdrop",
        "free spins", "welcome bonus", "jackpot", "casino", "winner", "your reward", "exclusive reward", "loyalty reward",
        "cash prize", "free gift", "survey", "gift card", "freispiele", "gewonnen", "gewinnspiel", "gewinner", "herzlichen gl",
        "willkommensbonus", "sie wurden ausgew", "has ganado", "ha ganado", "felicidades", "enhorabuena", "ganador", "premio",
        "sorteo", "vous avez gagn", "félicitations", "gagnant", "cadeau", "hai vinto", "congratulazioni", "vincitore",
        "parabéns", "voce ganhou", "você ganhou", "gefeliciteerd", "gewonnen", "当選", "おめでとうございます", "プレゼント", "ポイント進呈", "特典を受け取",
    ])
});

/// Account trouble that a mail asks the reader to mend by a link.
pub(super) static ACCOUNT_TROUBLE: Lexicon = LazyLock::new(|| {
    build(&[
        "account has been", "account will be", "your account", "account review", "account update", "account verification",
        "unusual activity", "unusual sign", "unusual log", "suspicious activity", "suspicious log", "unauthorized", "unauthorised",
        "verify your", "confirm your", "update your", "validate your", "restore your", "billing information", "billing details",
        "payment was declined", "payment failed", "payment could not", "could not be processed", "security alert",
        "security notice", "security update", "online banking", "package could not", "parcel could not", "delivery failed",
        "delivery attempt", "customs fee", "ihr konto", "ihre zahlung", "votre compte", "votre colis", "su cuenta", "tu cuenta",
        "sua conta", "il tuo account", "il tuo conto", "uw account", "uw rekening", "アカウント", "ご本人", "本人確認", "利用制限",
        "利用停止", "お支払い方法", "不正", "ログイン", "会員情報", "更新手続", "お手続き", "ご請求", "お荷物", "不在",
    ])
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_compiles() {
        for list in [&OFFICE, &MAILBOX, &MAILBOX_TROUBLE, &GREETING, &PRIZE, &FRAUD, &FRAUD_DEMAND, &ACCOUNT_TROUBLE] {
            assert!(list.is_some());
        }
    }

    #[test]
    fn a_phrase_inside_a_longer_word_is_not_found() {
        assert_eq!(first(&OFFICE, "Summit Support Club"), None);
        assert_eq!(first(&OFFICE, "ACME IT Support"), Some("IT Support"));
        assert_eq!(first(&OFFICE, "弊社サーバー管理者"), Some("サーバー管理"));
    }
}
