//! What was found in an attached file, for the pane of parts: how its name pretends, the list of an archive, what the file
//! would do. Says what the evidence holds, in the reader's language; nothing is opened here.

use crate::evidence::{Attachment, Entry, Feature, FileKind, NameTrick, Nested, Trait};
use crate::text::{Words, defang};
use crate::view::subject::clip;
use crate::view::time::size;
use crate::view::{Doc, Line, Subject, Target, Tone, moment};

/// The most entries of an archive that are shown.
const ENTRIES: usize = 200;
/// The most features that are shown.
const FEATURES: usize = 60;

/// Everything that is known of the inside of a file.
pub(super) fn about(subject: &Subject<'_>, doc: &mut Doc, file: &Attachment, indent: u16) {
    name(subject, doc, file, indent);
    if let Some(pages) = file.inside.pages {
        let words = Words::new("{0 page|pages}", "{0} ページ");
        doc.line(Line::new(&subject.fill(words, &[&pages.to_string()]), Tone::Dim).indent(indent));
    }
    for feature in file.inside.features.iter().take(FEATURES) {
        doc.line(line(subject, feature).indent(indent).hang(2));
    }
    list(subject, doc, file, indent);
    for (at, nested) in subject.evidence.nested.iter().enumerate().filter(|(_, nested)| nested.part == file.part) {
        let line = message(subject, nested).indent(indent).hang(2);
        doc.line(if nested.within.is_none() { line.to(Target::Nested(at)) } else { line });
    }
    if !file.inside.text.is_empty() {
        let words = Words::new("Text that only this file holds:", "このファイルにだけある本文:");
        doc.line(subject.line(words, Tone::Dim).indent(indent));
        for text in file.inside.text.lines().filter(|text| !text.trim().is_empty()).take(40) {
            doc.line(Line::new(&defang(&clip(text, 300)), Tone::Text).indent(indent + 2));
        }
    }
}

fn name(subject: &Subject<'_>, doc: &mut Doc, file: &Attachment, indent: u16) {
    let naming = &file.naming;
    if let Some(shown) = &naming.shown {
        let words = Words::new("! a screen shows the name as {0}", "! 画面では {0} と表示されます");
        doc.line(Line::new(&subject.fill(words, &[&clip(shown, 200)]), Tone::High).indent(indent));
    }
    if let Some(meant) = naming.meant.as_ref().filter(|_| !naming.tricks.is_empty()) {
        let words = Words::new("! a system takes the name as {0}", "! システムは {0} として扱います");
        doc.line(Line::new(&subject.fill(words, &[&clip(meant, 200)]), Tone::Medium).indent(indent));
    }
    for trick in &naming.tricks {
        doc.line(Line::new(&format!("! {}", subject.say(trick_words(*trick))), Tone::Medium).indent(indent));
    }
}

/// A feature as a line.
fn line(subject: &Subject<'_>, feature: &Feature) -> Line {
    let (words, tone) = trait_words(feature.what);
    let mut text = match feature.what {
        Trait::Holds(kind) => subject.fill(words, &[subject.say(kind_words(kind))]),
        _ => subject.say(words).to_owned(),
    };
    if !feature.detail.is_empty() {
        text.push_str(": ");
        // Names of files are no hosts, whatever they look like.
        let detail = clip(&feature.detail, 200);
        text.push_str(&if detail.contains("://") || detail.contains("www.") { defang(&detail) } else { detail });
    }
    let mark = if tone == Tone::Dim { "· " } else { "! " };
    let line = Line::new(mark, tone).with(&text, tone);
    match &feature.within {
        Some(within) => {
            line.with(&subject.fill(Words::new(" (in {0})", "（{0} の中）"), &[&clip(within, 200)]), Tone::Dim)
        }
        None => line,
    }
}

fn list(subject: &Subject<'_>, doc: &mut Doc, file: &Attachment, indent: u16) {
    let Some(listing) = &file.inside.listing else { return };
    let words = if listing.cut {
        Words::new("{0}: at least {1 file|files}, {2} unpacked", "{0}: {1} ファイル以上、展開後 {2}")
    } else {
        Words::new("{0}: {1 file|files}, {2} unpacked", "{0}: {1} ファイル、展開後 {2}")
    };
    let (count, total) = (listing.count.to_string(), size(listing.total, subject.lang));
    doc.line(Line::new(&subject.fill(words, &[listing.format, &count, &total]), Tone::Text).indent(indent));
    for entry in listing.entries.iter().take(ENTRIES) {
        doc.line(entry_line(subject, entry).indent(indent + 2 + 2 * u16::from(entry.depth.min(8))));
    }
    let shown = listing.entries.len().min(ENTRIES) as u64;
    if listing.count > shown {
        let words = Words::new("… and {0} more", "…ほか {0} 件");
        let rest = (listing.count - shown).to_string();
        doc.line(Line::new(&subject.fill(words, &[&rest]), Tone::Dim).indent(indent + 2));
    }
}

fn entry_line(subject: &Subject<'_>, entry: &Entry) -> Line {
    let tone = if entry.kind.runs() { Tone::High } else { Tone::Text };
    let mut line =
        Line::new(&clip(&entry.name, 200), tone).with(&format!("  {}", size(entry.size, subject.lang)), Tone::Dim);
    if entry.kind != FileKind::Unknown {
        line = line.with(&format!("  {}", subject.say(kind_words(entry.kind))), Tone::Dim);
    }
    if entry.encrypted {
        line = line.with(&format!("  {}", subject.say(Words::new("encrypted", "暗号化"))), Tone::Medium);
    }
    line
}

/// A message inside, as a line.
pub(in crate::view) fn message(subject: &Subject<'_>, nested: &Nested) -> Line {
    let words = Words::new("✉ a message: {0}: {1}", "✉ メール: {0}「{1}」");
    let from = defang(&clip(&nested.from, 120));
    let line = Line::new(&subject.fill(words, &[&from, &clip(&nested.subject, 160)]), Tone::Accent);
    match nested.date {
        Some(date) => line.with(&format!("  {}", moment(date, &subject.tz)), Tone::Dim),
        None => line,
    }
}

const fn trick_words(trick: NameTrick) -> Words {
    match trick {
        NameTrick::Direction => {
            Words::new("direction marks turn the name around", "書字方向の制御文字で名前が反転します")
        }
        NameTrick::Invisible => Words::new("invisible characters in the name", "名前に見えない文字があります"),
        NameTrick::DoubleEnding => {
            Words::new("a harmless ending in front of the real one", "本当の拡張子の前に無害な拡張子があります")
        }
        NameTrick::BlankRun => {
            Words::new("blanks push the real ending out of sight", "空白で本当の拡張子が画面の外に出ます")
        }
        NameTrick::TrailingDots => {
            Words::new("dots behind the ending, which systems cut off", "拡張子の後に、システムが取り除く点があります")
        }
        NameTrick::Encoded => Words::new("the name is encoded once more", "名前がもう一度符号化されています"),
        NameTrick::Path => Words::new("the name holds a path", "名前にフォルダーの指定があります"),
        NameTrick::Control => Words::new("control characters in the name", "名前に制御文字があります"),
    }
}

/// What a kind of file is called.
const fn kind_words(kind: FileKind) -> Words {
    match kind {
        FileKind::Unknown => Words::new("file", "ファイル"),
        FileKind::Text => Words::new("text", "テキスト"),
        FileKind::Image => Words::new("picture", "画像"),
        FileKind::Media => Words::new("sound or film", "音声・動画"),
        FileKind::Page => Words::new("web page", "Web ページ"),
        FileKind::Drawing => Words::new("SVG drawing", "SVG 画像"),
        FileKind::Program => Words::new("program", "プログラム"),
        FileKind::Script => Words::new("script", "スクリプト"),
        FileKind::Shortcut => Words::new("shortcut", "ショートカット"),
        FileKind::DiskImage => Words::new("disk image", "ディスクイメージ"),
        FileKind::Archive => Words::new("archive", "書庫"),
        FileKind::Office => Words::new("office document", "Office 文書"),
        FileKind::MacroOffice => Words::new("office document made for macros", "マクロ用の Office 文書"),
        FileKind::Rtf => Words::new("RTF document", "RTF 文書"),
        FileKind::Pdf => Words::new("PDF", "PDF"),
        FileKind::OneNote => Words::new("OneNote section", "OneNote セクション"),
        FileKind::Message => Words::new("mail", "メール"),
        FileKind::Calendar => Words::new("calendar entry", "予定"),
        FileKind::Card => Words::new("business card", "電子名刺"),
        FileKind::Tnef => Words::new("winmail.dat", "winmail.dat"),
        FileKind::Signature => Words::new("signature or key", "署名・鍵"),
    }
}

/// What a feature is called, and how much it should stand out.
const fn trait_words(what: Trait) -> (Words, Tone) {
    match what {
        Trait::Encrypted => (Words::new("encrypted", "暗号化されています"), Tone::Medium),
        Trait::PasswordFits => (
            Words::new("a password that stands in the mail opens it", "メール本文中のパスワードで開きます"),
            Tone::High,
        ),
        Trait::Bomb => (
            Words::new("claims to unpack to far more than it is", "展開すると異常に大きくなるとされています"),
            Tone::High,
        ),
        Trait::Overlap => {
            (Words::new("parts of the archive lie over each other", "書庫の各部分が重なっています"), Tone::High)
        }
        Trait::Traversal => (Words::new("a name that leads out of the folder", "フォルダーの外を指す名前"), Tone::High),
        Trait::SameNames => (
            Words::new(
                "two files in it have one name: programs can disagree",
                "同名のファイルが 2 つあり、ソフトによって開かれるものが異なります",
            ),
            Tone::Medium,
        ),
        Trait::LinkEntry => (Words::new("a link to another file", "別のファイルへのリンク"), Tone::Medium),
        Trait::Prefixed => {
            (Words::new("bytes in front of the archive that belong to nothing", "書庫の前に余分なデータ"), Tone::Medium)
        }
        Trait::Unlistable => (Words::new("cannot be listed", "一覧を読めません"), Tone::Medium),
        Trait::NestedArchive => (Words::new("an archive inside", "書庫の中の書庫"), Tone::Low),
        Trait::Holds(kind) => (
            Words::new("holds a file of this kind: {0}", "次の種類のファイルを含む: {0}"),
            if kind.runs() { Tone::High } else { Tone::Medium },
        ),
        Trait::Macro => (Words::new("holds macros (VBA)", "マクロ（VBA）あり"), Tone::High),
        Trait::AutoMacro => (Words::new("a macro that starts by itself", "自動実行されるマクロ"), Tone::High),
        Trait::ExcelFourMacro => (Words::new("a macro sheet of Excel 4", "Excel 4.0 マクロシート"), Tone::High),
        Trait::RemoteTemplate => {
            (Words::new("loads its template from elsewhere", "テンプレートを外部から読み込みます"), Tone::High)
        }
        Trait::ExternalObject => {
            (Words::new("loads an object from elsewhere", "オブジェクトを外部から読み込みます"), Tone::Medium)
        }
        Trait::Embedded => (Words::new("holds an embedded object", "埋め込みオブジェクトあり"), Tone::Low),
        Trait::Dde => (
            Words::new("a field that starts another program (DDE)", "別のプログラムを起動するフィールド（DDE）"),
            Tone::High,
        ),
        Trait::ActiveX => (Words::new("holds ActiveX controls", "ActiveX コントロールあり"), Tone::Medium),
        Trait::Equation => {
            (Words::new("an object of the old equation editor", "旧数式エディターのオブジェクト"), Tone::High)
        }
        Trait::ObjectUpdate => (
            Words::new("an object that is loaded without being asked for", "自動的に読み込まれるオブジェクト"),
            Tone::High,
        ),
        Trait::PdfScript => (Words::new("JavaScript in the PDF", "PDF 内の JavaScript"), Tone::Medium),
        Trait::PdfOpenAction => {
            (Words::new("something happens when it is opened", "開いたときの動作が指定されています"), Tone::Dim)
        }
        Trait::PdfLaunch => (Words::new("starts a program", "プログラムを起動します"), Tone::High),
        Trait::PdfFile => (Words::new("a file is embedded", "ファイルが埋め込まれています"), Tone::Low),
        Trait::PdfSubmit => (Words::new("a form that is sent", "送信されるフォーム"), Tone::Medium),
        Trait::PdfRemote => (Words::new("leads into another document", "別の文書を開きます"), Tone::Medium),
        Trait::PdfXfa => (Words::new("a form of the XFA kind", "XFA フォーム"), Tone::Dim),
        Trait::PdfPictures => {
            (Words::new("pages without text, pictures only", "文字がなく画像だけのページ"), Tone::Low)
        }
        Trait::PdfOnlyLink => {
            (Words::new("hardly a word, and a link", "ほとんど文字がなく、リンクだけがあります"), Tone::Medium)
        }
        Trait::Form => (Words::new("a form", "入力フォーム"), Tone::Medium),
        Trait::PasswordField => (Words::new("a field for a password", "パスワード入力欄"), Tone::High),
        Trait::Scripted => (Words::new("scripts", "スクリプトあり"), Tone::Low),
        Trait::Smuggling => (
            Words::new(
                "builds another file or page out of encoded text",
                "符号化された文字列から別のファイルやページを組み立てます",
            ),
            Tone::High,
        ),
        Trait::Refresh => {
            (Words::new("leads on to another page by itself", "自動的に別のページへ移動します"), Tone::Medium)
        }
        Trait::OneNoteFile => {
            (Words::new("a file is embedded in the note", "ノートに埋め込まれたファイル"), Tone::High)
        }
    }
}
