//! Where the mail wants to be called or paid.

use super::declare::{Word, shape};
use super::{LIST, Subject, bytes, number, short};
use crate::evidence::{self, AccountKind, Coin, Plan};

shape! {
    /// A telephone number.
    Phone<'a> {
        /// With plus and country where that is known, else the digits as dialed.
        number: &'a str,
        /// As it stands in the mail.
        written: &'a str,
        /// By which plan it is written.
        plan: Word<Plan>,
        /// Whoever calls does not pay.
        toll_free: bool,
        /// Written so that programs do not find it.
        disguised: bool,
        /// It stands behind a link that dials.
        link: bool,
        /// Index of the MIME part; null for the subject.
        part: Option<i64>,
        /// Its bytes, or those of its part where that is encoded.
        span: [i64; 2],
    }
}

shape! {
    /// An address of a wallet.
    Wallet<'a> {
        /// The address.
        address: &'a str,
        /// The coin.
        coin: Word<Coin>,
        /// A checksum in it holds.
        checked: bool,
        /// Index of the MIME part; null for the subject.
        part: Option<i64>,
        /// Its bytes, or those of its part where that is encoded.
        span: [i64; 2],
    }
}

shape! {
    /// A bank account.
    Account<'a> {
        /// IBAN; kind and digits; routing number and account.
        number: &'a str,
        /// Bank and branch as they are named there.
        bank: &'a str,
        /// How it is named.
        kind: Word<AccountKind>,
        /// Index of the MIME part; null for the subject.
        part: Option<i64>,
        /// Its bytes, or those of its part where that is encoded.
        span: [i64; 2],
    }
}

shape! {
    /// Telephone numbers, wallets, bank accounts.
    Contacts<'a> {
        /// Telephone numbers, each once.
        phones: Vec<Phone<'a>>,
        /// Wallets for digital coins.
        wallets: Vec<Wallet<'a>>,
        /// Bank accounts.
        accounts: Vec<Account<'a>>,
    }
}

shape! {
    /// A plain text beside the HTML in whose place it stands.
    Twin<'a> {
        /// Index of the MIME part of the text.
        part: i64,
        /// Index of the MIME part of the page.
        page: i64,
        /// Different words of the text; null where a sample says that both say the same.
        words: Option<i64>,
        /// Different words of the page; null likewise.
        page_words: Option<i64>,
        /// Words that both have, as a share of the side that has fewer, 0 to 1; null likewise.
        shared: Option<f64>,
        /// Hosts that only the text links to.
        text_hosts: Vec<&'a str>,
        /// Hosts that only the page links to; empty where the text has no link.
        page_hosts: Vec<&'a str>,
    }
}

pub(super) fn contacts<'a>(subject: &Subject<'a>) -> Contacts<'a> {
    let found = &subject.evidence.contacts;
    let phone = |one: &'a evidence::Phone| Phone {
        number: short(&one.number),
        written: short(&one.written),
        plan: Word(one.plan),
        toll_free: one.toll_free,
        disguised: one.disguised,
        link: one.link,
        part: one.part.map(number),
        span: bytes(one.span),
    };
    let wallet = |one: &'a evidence::Wallet| Wallet {
        address: short(&one.address),
        coin: Word(one.coin),
        checked: one.checked,
        part: one.part.map(number),
        span: bytes(one.span),
    };
    let account = |one: &'a evidence::Account| Account {
        number: short(&one.number),
        bank: short(&one.bank),
        kind: Word(one.kind),
        part: one.part.map(number),
        span: bytes(one.span),
    };
    Contacts {
        phones: found.phones.iter().take(LIST).map(phone).collect(),
        wallets: found.wallets.iter().take(LIST).map(wallet).collect(),
        accounts: found.accounts.iter().take(LIST).map(account).collect(),
    }
}

pub(super) fn twins<'a>(subject: &Subject<'a>) -> Vec<Twin<'a>> {
    let hosts = |list: &'a [String]| list.iter().take(LIST).map(|host| short(host)).collect();
    let twin = |one: &'a evidence::Twin| Twin {
        part: number(one.text),
        page: number(one.page),
        words: one.differing.map(|one| one.words.into()),
        page_words: one.differing.map(|one| one.page_words.into()),
        // Three places: a share, not a measurement.
        shared: one.differing.map(|one| (f64::from(one.shared) * 1000.0).round() / 1000.0),
        text_hosts: hosts(&one.text_hosts),
        page_hosts: hosts(&one.page_hosts),
    };
    subject.evidence.body.twin.iter().map(twin).collect()
}
