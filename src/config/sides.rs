//! The settings that say whose a mail is: the reader's own side, the people whose names are borrowed, who is trusted and what
//! is known as bad. Whether any of it holds of a mail is never told here.

use super::fits::{is_domain, is_listed, is_network, is_person, is_word, names, paths, texts_of};
use super::rows::{Setting, one};
use crate::text::Words;

/// The row of the domains of the own side.
pub(super) const OWN_DOMAINS: Setting = Setting {
    key: "own_domains",
    about: Words::new(
        "Your own domains: hosts below them write on your side, and mail in their name from outside is worth a question.",
        "自組織のドメイン。その下のホストは自分側のものとして扱い、外部から届いた同じ名義のメールは疑います。",
    ),
    takes: Words::new("a domain or a list of domains", "ドメイン、またはその一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.own_domains = names(given, is_domain)?;
        Some(())
    },
    write: |settings| one(settings.own_domains.clone()),
};

/// The row of the names of the servers that prove for the own side.
pub(super) const AUTHSERV_IDS: Setting = Setting {
    key: "authserv_ids",
    about: Words::new(
        "Names under which your own servers write Authentication-Results.",
        "自分側のサーバーが Authentication-Results に書く名前 (authserv-id)。",
    ),
    takes: Words::new("a name or a list of names", "名前、またはその一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.authserv_ids = names(given, is_word)?;
        Some(())
    },
    write: |settings| one(settings.authserv_ids.clone()),
};

/// The row of the networks of the own side.
pub(super) const RELAYS: Setting = Setting {
    key: "relays",
    about: Words::new(
        "Networks of your own mail servers: 192.0.2.0/24, 2001:db8::/32, 192.0.2.7.",
        "自分側のメールサーバーのネットワーク。例: 192.0.2.0/24、2001:db8::/32、192.0.2.7。",
    ),
    takes: Words::new("a network or a list of networks", "ネットワーク、またはその一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.relays = names(given, is_network)?;
        Some(())
    },
    write: |settings| one(settings.relays.clone()),
};

/// The row of people whose names are borrowed.
pub(super) const VIPS: Setting = Setting {
    key: "vips",
    about: Words::new(
        "People whose names are worth borrowing, with their addresses: \"Anna Example <anna@example.com>\". Their name from another address is a finding.",
        "名前を騙られやすい人と本人のアドレス。例: \"山田 太郎 <taro@example.com>\"。同じ名前で別のアドレスから届いたメールを指摘します。",
    ),
    takes: Words::new("a name with an address, or a list of them", "名前とアドレス、またはその一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.vips = names(given, is_person)?;
        Some(())
    },
    write: |settings| one(settings.vips.clone()),
};

/// The row of senders that are trusted.
pub(super) const ALLOW: Setting = Setting {
    key: "allow",
    about: Words::new(
        "Senders that you trust, domains or addresses. Counts only where your own side proved the sender (DKIM or DMARC).",
        "信頼する送信者 (ドメインまたはアドレス)。自分側で差出人が認証された場合 (DKIM、DMARC) に限り考慮します。",
    ),
    takes: Words::new("a domain, an address or a list of them", "ドメイン、アドレス、またはその一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.allow = names(given, is_listed)?;
        Some(())
    },
    write: |settings| one(settings.allow.clone()),
};

/// The row of files with more of them.
pub(super) const ALLOW_FILES: Setting = Setting {
    key: "allow_files",
    about: Words::new(
        "Files with more of them, one a line; # begins a comment.",
        "同じものを1行に1つ書いたファイル。# 以降は注釈です。",
    ),
    takes: Words::new("a path or a list of paths", "パス、またはパスの一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.allow_files = paths(given)?;
        Some(())
    },
    write: |settings| one(texts_of(&settings.allow_files)),
};

/// The row of what is known as bad.
pub(super) const BLOCK: Setting = Setting {
    key: "block",
    about: Words::new(
        "What you know as bad: mail addresses, domains, hosts, IP addresses, SHA-256 of files.",
        "悪質と分かっているもの (メールアドレス、ドメイン、ホスト、IP アドレス、ファイルの SHA-256)。",
    ),
    takes: Words::new("one of these or a list of them", "そのいずれか、またはその一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.block = names(given, is_listed)?;
        Some(())
    },
    write: |settings| one(settings.block.clone()),
};

/// The row of files with more of it.
pub(super) const BLOCK_FILES: Setting = Setting {
    key: "block_files",
    about: Words::new(
        "Files with more of them, one a line; # begins a comment.",
        "同じものを1行に1つ書いたファイル。# 以降は注釈です。",
    ),
    takes: Words::new("a path or a list of paths", "パス、またはパスの一覧"),
    default: "[]",
    read: |settings, _, given| {
        settings.block_files = paths(given)?;
        Some(())
    },
    write: |settings| one(texts_of(&settings.block_files)),
};
