//! What a visit to a link brought: a page that asks for secrets in another's name, where its forms lead, what kits leave
//! on it. A part of the family of links. Reads facts only; a mail whose links nobody visited costs one look.
//!
//! These rules are in no fit, as no collection has recorded visits: their weights are set by hand, carefully, and the
//! family's cap holds for all of them together.

use super::{Family, Hit, Kind, Rule, Seen, brand, gate};
use crate::evidence::{Brand, Domain, HostClass, Link, LinkKind, UrlParts, brand as brand_of};
use crate::facts::FactSet;
use crate::facts::visit::{Form, Mark, Place, Shown, Stop, Visit};
use crate::text::Words;

/// The most visits that are looked at.
const VISITS: usize = 40;
/// A certificate this many seconds older than the mail, or younger, was made for it.
const YOUNG: i64 = 3 * 86_400;
/// The clocks of two machines may differ, and mails wait.
const LATER: i64 = 86_400;
/// A page with fewer letters than this shows nothing by itself.
const BARE_CHARS: usize = 80;

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "page-imitates-brand",
        family: Family::Links,
        title: Words::new("Page asks for secrets in a brand's name", "ブランドを名乗って秘密情報を求めるページ"),
        reason: Words::new(
            "The page at {0} calls itself {1} (“{2}”) and asks for a password, a card or a code. {0} is no domain of {1}.",
            "{0} のページは {1} を名乗り（「{2}」）、パスワードやカード番号、認証コードなどの入力を求めます。{0} は {1} のドメインではありません。",
        ),
        innocent: Words::new(
            "A site of the brand that the list of brands does not know, or a shop that names the brand in its title.",
            "ブランド一覧にない正規サイトや、題名にブランド名を入れた店舗のページの場合です。",
        ),
        weight: 3.0,
        kind: Kind::Correlated,
        references: &["Oest et al., Inside a phisher's mind, eCrime 2018", "the manual method of Japanese write-ups"],
        check: page_imitates_brand,
    },
    Rule {
        id: "page-shows-logo",
        family: Family::Links,
        title: Words::new("Page asks for secrets under a brand's logo", "ブランドのロゴを掲げて秘密情報を求めるページ"),
        reason: Words::new(
            "The page at {0} asks for a password, a card or a code and bears the mark of {1} ({2}), whose domain it is not.",
            "{0} のページは {1} のロゴや名前（{2}）を掲げて秘密情報の入力を求めますが、{1} のドメインではありません。",
        ),
        innocent: Words::new(
            "A page on which one can sign in with an account at that brand, or a partner that shows its logo.",
            "そのブランドのアカウントでログインできるページや、提携先のロゴを載せたページの場合です。",
        ),
        weight: 1.0,
        kind: Kind::Heuristic,
        references: &["Bijmans et al., Catching phishers by their bait, USENIX Security 2021"],
        check: page_shows_logo,
    },
    Rule {
        id: "page-form-leaves",
        family: Family::Links,
        title: Words::new("Page sends secrets to another organization", "秘密情報を別組織へ送るページ"),
        reason: Words::new(
            "A form on the page at {0} sends what is typed to {1}, another organization.",
            "{0} のページのフォームに入力した内容は、別の組織である {1} に送られます。",
        ),
        innocent: Words::new(
            "Sites that leave the sign-in to another company.",
            "ログイン処理を他社のサービスに任せているサイトの場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["Bijmans et al., Catching phishers by their bait, USENIX Security 2021"],
        check: page_form_leaves,
    },
    Rule {
        id: "page-sends-to-chat",
        family: Family::Links,
        title: Words::new("Page sends secrets to a chat", "秘密情報をチャットに送るページ"),
        reason: Words::new(
            "The page at {0} asks for secrets, and its scripts send to {1}: a chat in which somebody reads along.",
            "{0} のページは秘密情報を求め、スクリプトが {1} に送信します。誰かが見ているチャットに届く仕組みです。",
        ),
        innocent: Words::new(
            "A hobby page that tells its owner about sign-ins in this way.",
            "個人のサイトがログイン通知に使っている場合です。",
        ),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["assets/lists/kit_marks.tsv", "Group-IB, Phishing investigation guide"],
        check: page_sends_to_chat,
    },
    Rule {
        id: "page-kit-marks",
        family: Family::Links,
        title: Words::new("Page bears marks of a kit", "フィッシングキットの痕跡があるページ"),
        reason: Words::new(
            "The page at {0} asks for secrets and bears what kits for false log-in pages leave: {1}.",
            "{0} のページは秘密情報を求め、偽ログインページ作成キットに見られる特徴（{1}）があります。",
        ),
        innocent: Words::new(
            "Small sites built by hand use the same names of files and services.",
            "手作りの小さなサイトが同じファイル名やサービスを使っている場合です。",
        ),
        weight: 1.2,
        kind: Kind::Heuristic,
        references: &["assets/lists/kit_marks.tsv", "Netcraft, The hidden well-known phishing sites, 2016"],
        check: page_kit_marks,
    },
    Rule {
        id: "page-is-copy",
        family: Family::Links,
        title: Words::new("Page is a saved copy of another's", "他サイトを保存したコピーのページ"),
        reason: Words::new(
            "The page at {0} asks for secrets and is a saved copy of a page of {1}: the program that copied it left its note.",
            "{0} のページは秘密情報を求めますが、{1} のページを保存した複製です。複製に使ったソフトの記録が残っています。",
        ),
        innocent: Words::new(
            "A company that moved its pages to a new domain with such a program.",
            "組織が自分のページを新しいドメインへ移した場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["HTTrack and browsers write where a page was saved from"],
        check: page_is_copy,
    },
    Rule {
        id: "visit-ends-at-brand",
        family: Family::Links,
        title: Words::new("Link ends at the real brand by a detour", "別サイトを経て本物のブランドに着くリンク"),
        reason: Words::new(
            "The mail speaks for {1}, its link begins at {0}, which is not {1}'s, and ends at the real {2}. False pages send visitors on who look too closely, and victims after they typed.",
            "メールは {1} を名乗り、リンクは {1} のものではない {0} から始まって、本物の {2} に着きます。偽ページは調査者や入力を終えた被害者を本物へ転送します。",
        ),
        innocent: Words::new(
            "A counter of presses that the brand itself uses.",
            "ブランド自身が使うクリック計測サービスの場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &["a Japanese write-up: after the log-in it leads to the Q&A of the real provider"],
        check: visit_ends_at_brand,
    },
    Rule {
        id: "page-open-folder",
        family: Family::Links,
        title: Words::new("Link leads to an open folder", "公開されたフォルダーに着くリンク"),
        reason: Words::new(
            "The link leads to a folder at {0} whose files anyone can see, {1} among them: a kit that lies open, or a place for loot.",
            "リンク先は {0} の中身が丸見えのフォルダーで、{1} などがあります。キットや窃取した情報の置き場の可能性があります。",
        ),
        innocent: Words::new(
            "Archives of software and of research are published like this.",
            "ソフトウェアや研究データの公開場所の場合です。",
        ),
        weight: 1.0,
        kind: Kind::Direct,
        references: &["401TRG, Exposing a phishing kit"],
        check: page_open_folder,
    },
    Rule {
        id: "page-declares-other-language",
        family: Family::Links,
        title: Words::new("Page is declared in another language", "宣言と本文の言語が異なるページ"),
        reason: Words::new(
            "The page at {0} asks for secrets, is written in {2} and declares itself {1}: whoever made it works in another language.",
            "{0} のページは秘密情報を求めますが、本文は {2} なのに言語の宣言は {1} です。作成者は別の言語を使っています。",
        ),
        innocent: Words::new(
            "Templates and programs that nobody adjusted.",
            "ひな形や作成ソフトの設定を直していない場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &["kits for Japanese brands keep lang=zh (observed in public reports)"],
        check: page_declares_other_language,
    },
    Rule {
        id: "page-writes-itself",
        family: Family::Links,
        title: Words::new("Page is written by an encoded script", "符号化したスクリプトで組み立てるページ"),
        reason: Words::new(
            "The page at {0} shows nothing by itself: a script writes it out of encoded text ({1}), where no filter reads it.",
            "{0} のページは、符号化した文字列をスクリプトで展開して表示します（{1}）。フィルターの検査を逃れる手口です。",
        ),
        innocent: Words::new(
            "Protection of honest pages against copying and against mail harvesters works like this.",
            "正規サイトの複製防止や、メールアドレス収集対策の場合です。",
        ),
        weight: 0.8,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1027.006"],
        check: page_writes_itself,
    },
    Rule {
        id: "visit-bad-certificate",
        family: Family::Links,
        title: Words::new("Page asks for secrets under a bad certificate", "不正な証明書で秘密情報を求めるページ"),
        reason: Words::new(
            "The page at {0} asks for secrets, and browsers would warn of its certificate.",
            "{0} のページは秘密情報を求めますが、証明書がブラウザーの警告対象です。",
        ),
        innocent: Words::new(
            "A neglected site of a small organization, or a machine inside a company.",
            "管理の行き届かないサイトや、社内向けの機器の場合です。",
        ),
        weight: 0.8,
        kind: Kind::Direct,
        references: &["RFC 5280 section 6, RFC 9525"],
        check: visit_bad_certificate,
    },
    Rule {
        id: "visit-young-certificate",
        family: Family::Links,
        title: Words::new("Certificate is as young as the mail", "メールと同時期に作られた証明書"),
        reason: Words::new(
            "The certificate of {0} was issued {1 day|days} before the mail or less: names for such mails are made the same day.",
            "{0} の証明書はメールの {1} 日前以降に発行されています。この種のメールでは直前に用意した名前が使われます。",
        ),
        innocent: Words::new(
            "Certificates are renewed every few weeks, and some fall on the day of a mail.",
            "証明書は数週間ごとに更新されるため、たまたま重なることもあります。",
        ),
        weight: 0.4,
        kind: Kind::Heuristic,
        references: &["Bijmans et al., Catching phishers by their bait, USENIX Security 2021"],
        check: visit_young_certificate,
    },
];

/// The visits to links of the mail, each with its link.
fn visited<'e, 'f>(evidence: &Seen<'e>, facts: &'f FactSet) -> impl Iterator<Item = (&'e Link, &'f Visit)> {
    let links = &evidence.evidence().links;
    facts.visits().take(VISITS).filter_map(move |(url, visit)| {
        let pressed = |link: &&Link| !matches!(link.kind, LinkKind::Image | LinkKind::Other | LinkKind::Unclaimed);
        let link = links.iter().take(500).filter(pressed).find(|link| link.ways().any(|way| way.normal == url))?;
        Some((link, visit))
    })
}

/// The pages at the ends of visits, each with its link and its host. A page of the sender, where he is proved, is none.
fn pages<'e, 'f>(evidence: &Seen<'e>, facts: &'f FactSet) -> impl Iterator<Item = (&'e Link, &'f Shown, Domain)> {
    visited(evidence, facts).filter_map(|(link, visit)| {
        let page = visit.page.as_ref()?;
        let at = if page.at.is_empty() { &visit.last()?.url } else { &page.at };
        let domain = UrlParts::of(at, None)?.domain;
        let own = gate::aligned(evidence) && gate::home(evidence, &domain);
        (!own).then_some((link, page, domain))
    })
}

/// Those that ask for something by which another can act in the reader's name.
fn asking<'e, 'f>(evidence: &Seen<'e>, facts: &'f FactSet) -> impl Iterator<Item = (&'e Link, &'f Shown, Domain)> {
    pages(evidence, facts).filter(|(_, page, _)| page.wants_secret())
}

/// A page belongs to a brand that it shows, wherever on it.
fn is_brands(page: &Shown, domain: &Domain) -> bool {
    page.brands.iter().filter_map(|id| brand_of(id)).any(|brand| brand::owns(brand, domain))
}

/// The first brand that a page shows in one of the places.
fn shown<'a>(page: &'a Shown, places: &[Place]) -> Option<(&'static Brand, &'a Mark)> {
    let mark = page.marks.iter().find(|mark| places.contains(&mark.place))?;
    Some((brand_of(&mark.brand)?, mark))
}

fn named(brand: &Brand) -> &'static str {
    brand.names.first().copied().unwrap_or(brand.id)
}

fn page_imitates_brand(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    asking(evidence, facts).find_map(|(link, page, domain)| {
        let (brand, mark) = shown(page, &[Place::Title, Place::Copyright]).filter(|_| !is_brands(page, &domain))?;
        Some(Hit::new([&domain.host, named(brand), &mark.said], vec![link.span]))
    })
}

fn page_shows_logo(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    asking(evidence, facts).find_map(|(link, page, domain)| {
        if is_brands(page, &domain) || shown(page, &[Place::Title, Place::Copyright]).is_some() {
            return None;
        }
        let (brand, mark) = shown(page, &[Place::Logo, Place::Host])?;
        // Shops show the cards that they take, and pages the accounts by which one may sign in: several of them.
        let alone = page.marks.iter().all(|other| {
            !matches!(other.place, Place::Logo | Place::Picture | Place::Host) || other.brand == mark.brand
        });
        let paid = matches!(brand.sector, "card" | "pay");
        (alone && !paid).then(|| Hit::new([&domain.host, named(brand), &mark.said], vec![link.span]))
    })
}

fn page_form_leaves(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    asking(evidence, facts).find_map(|(link, page, domain)| {
        let to = page.forms.iter().filter(|form| form.wants_secret()).find_map(|form| leaves(form, &domain))?;
        Some(Hit::new([&domain.host, &to.host], vec![link.span]))
    })
}

/// The other organization to which a form sends. Sign-ins are often left to a known company.
fn leaves(form: &Form, own: &Domain) -> Option<Domain> {
    let target = UrlParts::of(&form.action, None).filter(|url| matches!(&*url.scheme, "http" | "https"))?.domain;
    let elsewhere = !target.host.is_empty() && !gate::related(own, &target) && brand::owner(&target).is_none();
    elsewhere.then_some(target)
}

/// The marks of kits that are addresses of chats.
fn is_chat(mark: &str) -> bool {
    mark.starts_with("api.telegram.org/") || mark.contains("/api/webhooks/")
}

fn page_sends_to_chat(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    asking(evidence, facts).find_map(|(link, page, domain)| {
        let chat = page.kit.iter().find(|mark| is_chat(mark))?;
        Some(Hit::new([&domain.host, chat], vec![link.span]))
    })
}

fn page_kit_marks(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    asking(evidence, facts).find_map(|(link, page, domain)| {
        let marks: Vec<&str> = page.kit.iter().map(String::as_str).filter(|mark| !is_chat(mark)).take(3).collect();
        (!marks.is_empty()).then(|| Hit::new([&domain.host, &marks.join(", ")], vec![link.span]))
    })
}

fn page_is_copy(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    asking(evidence, facts).find_map(|(link, page, domain)| {
        let from = UrlParts::of(page.copied.as_deref()?, None)?.domain;
        (!from.host.is_empty() && !gate::related(&domain, &from))
            .then(|| Hit::new([&domain.host, &from.host], vec![link.span]))
    })
}

fn visit_ends_at_brand(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) || gate::answering(evidence) {
        return None;
    }
    let from = evidence.main_from()?;
    let owner = from.domain.as_ref().filter(|domain| !gate::free_mail(domain)).and_then(brand::owner);
    let brand = owner.or_else(|| brand::named(&from.name).into_iter().next())?;
    visited(evidence, facts).find_map(|(link, visit)| {
        let at = |stop: &Stop| Some(UrlParts::of(&stop.url, None)?.domain);
        let first = at(visit.hops.first()?)?;
        let last = at(visit.hops.iter().rev().find(|stop| stop.status.is_some())?)?;
        let counter = gate::everyday(&first)
            || gate::home(evidence, &first)
            || link.sealed.is_some()
            || gate::is(link, HostClass::Shortener);
        (!counter && brand::owner(&first).is_none() && brand::owns(brand, &last))
            .then(|| Hit::new([&first.host, named(brand), &last.host], vec![from.span, link.span]))
    })
}

fn page_open_folder(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    pages(evidence, facts).find_map(|(link, page, domain)| {
        let files = page.folder.as_ref()?;
        let telling = [".zip", ".rar", ".7z", ".php", ".sql", ".log"];
        let file = files.iter().find(|file| telling.iter().any(|end| file.to_ascii_lowercase().ends_with(end)))?;
        Some(Hit::new([&domain.host, file], vec![link.span]))
    })
}

fn page_declares_other_language(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    asking(evidence, facts).find_map(|(link, page, domain)| {
        let (declared, letters) = (page.language.as_deref()?, page.letters.as_deref()?);
        let main = declared.split('-').next().unwrap_or_default().to_ascii_lowercase();
        // English is what templates say; a language that nobody in the page writes was chosen by its maker.
        let odd = main != letters && ["zh", "ko", "ru", "vi", "th", "ar"].contains(&main.as_str());
        (odd && !letters.starts_with("und")).then(|| Hit::new([&domain.host, declared, letters], vec![link.span]))
    })
}

fn page_writes_itself(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    pages(evidence, facts).find_map(|(link, page, domain)| {
        let how = page.draws.as_ref()?;
        let bare = page.text.chars().filter(|letter| letter.is_alphanumeric()).count() < BARE_CHARS;
        bare.then(|| Hit::new([&domain.host, how], vec![link.span]))
    })
}

fn visit_bad_certificate(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    visited(evidence, facts).find_map(|(link, visit)| {
        let page = visit.page.as_ref().filter(|page| page.wants_secret())?;
        let stop = visit.hops.iter().rev().find(|stop| stop.url == page.at)?;
        stop.distrust.as_ref()?;
        let domain = UrlParts::of(&stop.url, None)?.domain;
        (!gate::home(evidence, &domain)).then(|| Hit::new([&domain.host], vec![link.span]))
    })
}

fn visit_young_certificate(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) {
        return None;
    }
    let date = evidence.date?;
    visited(evidence, facts).find_map(|(link, visit)| {
        let young = visit.hops.iter().find(|stop| {
            let from = stop.certificate.as_ref().and_then(|own| own.not_before);
            from.is_some_and(|from| (-LATER..=YOUNG).contains(&date.saturating_sub(from)))
        })?;
        let domain = UrlParts::of(&young.url, None)?.domain;
        let known = gate::everyday(&domain) || gate::home(evidence, &domain) || brand::owner(&domain).is_some();
        (!known).then(|| Hit::new([&domain.host, &(YOUNG / 86_400).to_string()], vec![link.span]))
    })
}
