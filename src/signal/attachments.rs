//! What is attached: pages and programs, names that pretend, containers that hide.
//!
//! Names and types only, as the evidence room found them; nothing here opens a file.

use super::{Family, Hit, Kind, Rule, Seen, gate};
use crate::evidence::{Attachment, Evidence};
use crate::facts::FactSet;
use crate::message::Span;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "html-attached",
        family: Family::Attachments,
        title: Words::new("A web page is attached", "HTML ファイルが添付されている"),
        reason: Words::new(
            "{0} is a web page. Opened from the mail it shows a forged log-in without any address to check.",
            "{0} は Web ページです。開くと、確かめるべきアドレスのない偽ログイン画面を表示できます。",
        ),
        innocent: Words::new(
            "Reports, saved pages and encrypted-mail services send web pages, too.",
            "帳票、保存したページ、暗号化メールサービスも HTML を添付します。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["Sublime rules: HTML smuggling"],
        check: html_attached,
    },
    Rule {
        id: "form-attached",
        family: Family::Attachments,
        title: Words::new("The attached page asks for input", "添付の HTML に入力欄がある"),
        reason: Words::new(
            "{0} holds a form: what is typed there goes to whoever wrote the mail, whatever the page looks like.",
            "{0} には入力フォームがあります。どのような見た目でも、入力した内容はメールの作成者に渡ります。",
        ),
        innocent: Words::new(
            "An encrypted-mail service or a form from an office that you expected.",
            "暗号化メールサービスや、届くと分かっていた申請書の場合です。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &["Sublime rules: HTML attachment with a log-in form", "MITRE ATT&CK T1566.001"],
        check: form_attached,
    },
    Rule {
        id: "program-attached",
        family: Family::Attachments,
        title: Words::new("A program is attached", "プログラムが添付されている"),
        reason: Words::new(
            "{0} is a program or script: opening it runs it.",
            "{0} はプログラムまたはスクリプトです。開くと実行されます。",
        ),
        innocent: Words::new(
            "A colleague or a list that exchanges programs; ask before you open it.",
            "プログラムをやり取りする同僚やメーリングリストの場合です。開く前に確かめてください。",
        ),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["rspamd MIME_BAD_ATTACHMENT"],
        check: program_attached,
    },
    Rule {
        id: "name-turned-around",
        family: Family::Attachments,
        title: Words::new("File name with hidden direction marks", "書字方向の制御文字を含む添付ファイル名"),
        reason: Words::new(
            "The name {0} holds characters that turn its letters around on the screen, so that it seems to end otherwise.",
            "ファイル名 {0} には表示の向きを変える文字が含まれ、画面では別の拡張子に見えます。",
        ),
        innocent: Words::new(
            "A file name in Arabic or Hebrew written by an old program.",
            "古いソフトが書いたアラビア語やヘブライ語のファイル名の場合です。",
        ),
        weight: 4.0,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1036.002: right-to-left override"],
        check: name_turned_around,
    },
    Rule {
        id: "double-extension",
        family: Family::Attachments,
        title: Words::new("File name with a false ending", "拡張子を偽った添付ファイル"),
        reason: Words::new(
            "{0} ends twice: it shows a harmless ending in front of the real one.",
            "{0} は拡張子が二重で、無害に見える拡張子の後に本当の拡張子が付いています。",
        ),
        innocent: Words::new(
            "A name with a version or a date before the ending.",
            "拡張子の前に版や日付が入ったファイル名の場合です。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &["rspamd MIME_DOUBLE_BAD_EXTENSION"],
        check: double_extension,
    },
    Rule {
        id: "attachment-type-lies",
        family: Family::Attachments,
        title: Words::new("File is not what its name says", "添付ファイルの中身が名前と異なる"),
        reason: Words::new(
            "{0} pretends to be a document or an image, but its content is {1}.",
            "{0} は文書や画像に見えますが、中身は {1} です。",
        ),
        innocent: Words::new(
            "A program that names every file alike, or a picture that was saved under an old name.",
            "すべてのファイルに同じ名前を付けるソフトや、旧名のまま保存された画像の場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["rspamd mime_types"],
        check: attachment_type_lies,
    },
    Rule {
        id: "container-attached",
        family: Family::Attachments,
        title: Words::new("A container is attached", "書庫やディスクイメージが添付されている"),
        reason: Words::new(
            "{0} is an archive or disk image: what is inside escapes many filters.",
            "{0} は書庫またはディスクイメージです。中身が検査をすり抜けやすい形式です。",
        ),
        innocent: Words::new(
            "People send several files in one archive every day.",
            "複数のファイルを書庫にまとめて送るのは日常的なことです。",
        ),
        weight: 0.2,
        kind: Kind::Heuristic,
        references: &["rspamd MIME_ARCHIVE_IN_ARCHIVE"],
        check: container_attached,
    },
];

/// Endings that run when opened on a usual desktop.
const PROGRAMS: &[&str] = &[
    "exe",
    "scr",
    "com",
    "pif",
    "bat",
    "cmd",
    "cpl",
    "msi",
    "msp",
    "jar",
    "js",
    "jse",
    "vbs",
    "vbe",
    "wsf",
    "wsh",
    "hta",
    "ps1",
    "lnk",
    "reg",
    "chm",
    "xll",
    "application",
    "appx",
    "apk",
    "url",
];

/// Endings of documents and images.
const HARMLESS: &[&str] = &[
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "rtf", "csv", "jpg", "jpeg", "png", "gif", "bmp", "tif",
    "tiff", "mp3", "mp4", "wav",
];

/// Endings of containers.
const CONTAINERS: &[&str] =
    &["zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "ace", "arj", "cab", "iso", "img", "vhd", "vhdx", "lzh", "z"];

/// The name, its ending and the ending before that, lower case.
fn endings(name: &str) -> (String, String) {
    let low = name.trim().to_lowercase();
    let mut parts = low.rsplit('.');
    let last = parts.next().unwrap_or_default().trim().to_owned();
    let before = parts.next().unwrap_or_default().trim().to_owned();
    if parts.next().is_none() && !low.contains('.') { (String::new(), String::new()) } else { (last, before) }
}

/// The first file of which `test` holds; it is given the file, the ending and the ending before it.
fn first(evidence: &Evidence, test: impl Fn(&Attachment, &str, &str) -> bool) -> Option<(&Attachment, &str)> {
    evidence.attachments.iter().take(200).find_map(|file| {
        let name = file.name.as_deref().unwrap_or_default();
        let (last, before) = endings(name);
        test(file, &last, &before).then_some((file, if name.is_empty() { &*file.declared } else { name }))
    })
}

/// Where a file stands in the message.
fn place(evidence: &Evidence, file: &Attachment) -> Vec<Span> {
    evidence.shape.parts.get(file.part).copied().into_iter().collect()
}

fn html_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let (file, name) = first(evidence, |file, last, _| {
        let page = matches!(last, "html" | "htm" | "xhtml" | "shtml" | "mht" | "mhtml" | "svg");
        // A part without a name is how some programs send the body.
        !file.inline && file.name.is_some() && (page || last.is_empty() && file.declared == "text/html")
    })?;
    Some(Hit::new([name], place(evidence, file)))
}

fn form_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) {
        return None;
    }
    let file = evidence.attachments.iter().find(|file| file.form && !file.inline && file.name.is_some())?;
    Some(Hit::new([file.name.as_deref()?], place(evidence, file)))
}

fn program_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (file, name) = first(evidence, |file, last, before| {
        let machine = file.detected.is_some_and(|kind| {
            matches!(
                kind,
                "application/vnd.microsoft.portable-executable"
                    | "application/x-executable"
                    | "application/x-mach-binary"
            )
        });
        // `example.com` is a host far more often than a program.
        let named = PROGRAMS.contains(&last) && (last != "com" || HARMLESS.contains(&before));
        machine || named && !(gate::listed(evidence) && last == "js")
    })?;
    Some(Hit::new([name], place(evidence, file)))
}

fn name_turned_around(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let (file, name) = first(evidence, |file, _, _| file.name.as_deref().is_some_and(|name| name.contains(turns)))?;
    Some(Hit::new([name], place(evidence, file)))
}

fn double_extension(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (file, name) = first(evidence, |file, last, before| {
        // `doc.html` ends once: its name happens to be a word that is an ending elsewhere.
        file.name.as_deref().is_some_and(|name| name.matches('.').count() > 1)
            && HARMLESS.contains(&before)
            && (PROGRAMS.contains(&last)
                || matches!(last, "html" | "htm" | "shtml" | "iso" | "img" | "rar" | "ace" | "7z"))
    })?;
    Some(Hit::new([name], place(evidence, file)))
}

fn attachment_type_lies(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (file, name) = first(evidence, |file, last, _| {
        let Some(kind) = file.detected else { return false };
        let active = matches!(
            kind,
            "text/html"
                | "application/vnd.microsoft.portable-executable"
                | "application/x-executable"
                | "text/x-shellscript"
        );
        // Office programs save pages under their old endings, and a text may hold anything.
        active && HARMLESS.contains(&last) && !matches!(last, "txt" | "doc" | "xls")
    })?;
    Some(Hit::new([name, file.detected.unwrap_or_default()], place(evidence, file)))
}

fn container_attached(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::aligned(evidence) || gate::answering(evidence) {
        return None;
    }
    let (file, name) = first(evidence, |_, last, _| CONTAINERS.contains(&last))?;
    Some(Hit::new([name], place(evidence, file)))
}
