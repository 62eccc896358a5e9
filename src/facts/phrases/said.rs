//! The names of what services say of a thing, as facts carry them. Words only.

use crate::text::Words;

sentences! {
    /// What it is called.
    THREAT = "threat", "脅威";
    /// Of a file.
    NAME = "name", "名前";
    /// Of a file.
    KIND = "kind", "種類";
    /// Of a domain or page.
    CATEGORIES = "categories", "分類";
    /// As the service has them.
    TAGS = "tags", "タグ";
    /// Of a page.
    TITLE = "title of the page", "ページの題名";
    /// Where a page ended up.
    LEADS_TO = "leads to", "転送先";
    /// When a domain was registered.
    REGISTERED = "registered", "登録日";
    /// By the service.
    FIRST_SEEN = "first seen", "初回確認";
    /// By the service.
    LAST_SEEN = "last seen", "最終確認";
    /// When the service looked at it.
    CHECKED = "checked", "確認日時";
    /// Points by its users.
    REPUTATION = "reputation", "評判点";
    /// In percent.
    CONFIDENCE = "confidence of abuse", "悪用の確度";
    /// How many, by how many people.
    REPORTS = "reports (by so many)", "報告数 (報告者数)";
    /// When.
    LAST_REPORT = "last report", "最終報告";
    /// What a network is used for.
    USE = "use", "用途";
    /// Whose network it is.
    PROVIDER = "provider", "事業者";
    /// Of a provider.
    DOMAIN = "domain", "ドメイン";
    /// Of a machine.
    PORTS = "open ports", "開いているポート";
    /// Of a machine.
    NAMES = "names", "ホスト名";
    /// On a machine.
    SOFTWARE = "software", "ソフトウェア";
    /// Of its software.
    WEAKNESSES = "known weaknesses", "既知の脆弱性";
    /// How many there are.
    SCANS = "scans", "スキャン数";
    /// The brand that a page imitates.
    BRAND = "imitates", "模倣対象";
    /// Where a page lies.
    SERVER = "server", "サーバー";
}
