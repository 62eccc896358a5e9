//! The names of what services say of a thing, as facts carry them. Words only.

use crate::text::Words;

/// What it is called.
pub const THREAT: Words = Words::new("threat", "脅威");
/// Of a file.
pub const NAME: Words = Words::new("name", "名前");
/// Of a file.
pub const KIND: Words = Words::new("kind", "種類");
/// Of a domain or page.
pub const CATEGORIES: Words = Words::new("categories", "分類");
/// As the service has them.
pub const TAGS: Words = Words::new("tags", "タグ");
/// Of a page.
pub const TITLE: Words = Words::new("title of the page", "ページの題名");
/// Where a page ended up.
pub const LEADS_TO: Words = Words::new("leads to", "転送先");
/// When a domain was registered.
pub const REGISTERED: Words = Words::new("registered", "登録日");
/// By the service.
pub const FIRST_SEEN: Words = Words::new("first seen", "初回確認");
/// By the service.
pub const LAST_SEEN: Words = Words::new("last seen", "最終確認");
/// When the service looked at it.
pub const CHECKED: Words = Words::new("checked", "確認日時");
/// Points by its users.
pub const REPUTATION: Words = Words::new("reputation", "評判点");
/// In percent.
pub const CONFIDENCE: Words = Words::new("confidence of abuse", "悪用の確度");
/// How many, by how many people.
pub const REPORTS: Words = Words::new("reports (by so many)", "報告数 (報告者数)");
/// When.
pub const LAST_REPORT: Words = Words::new("last report", "最終報告");
/// What a network is used for.
pub const USE: Words = Words::new("use", "用途");
/// Whose network it is.
pub const PROVIDER: Words = Words::new("provider", "事業者");
/// Of a provider.
pub const DOMAIN: Words = Words::new("domain", "ドメイン");
/// Of a machine.
pub const PORTS: Words = Words::new("open ports", "開いているポート");
/// Of a machine.
pub const NAMES: Words = Words::new("names", "ホスト名");
/// On a machine.
pub const SOFTWARE: Words = Words::new("software", "ソフトウェア");
/// Of its software.
pub const WEAKNESSES: Words = Words::new("known weaknesses", "既知の脆弱性");
/// How many there are.
pub const SCANS: Words = Words::new("scans", "スキャン数");
/// The brand that a page imitates.
pub const BRAND: Words = Words::new("imitates", "模倣対象");
/// Where a page lies.
pub const SERVER: Words = Words::new("server", "サーバー");
