//! The words for what evidence names with a variant: roles, agreement, link kinds, doubts. One variant, one text, said
//! the same way in every pane. Every state has a glyph and a word; none of them says that a mail is harmless.

use super::Tone;
use crate::evidence::{
    Agreement, AuthResult, Excuse, FilterVerdict, HostClass, LinkKind, OriginKind, ProgramKind, Reader, ReadingKind,
    Role,
};
use crate::mailbox::{Doubt, Problem};
use crate::message::{Ambiguity, AmbiguitySort, Quirk};
use crate::text::{Lang, Words};
use crate::verdict::Level;

/// The level's word and glyph, as on the badge.
#[must_use]
pub fn badge(level: Level) -> (&'static str, Tone) {
    match level {
        Level::High => ("HIGH ▲", Tone::High),
        Level::Medium => ("MED ◆", Tone::Medium),
        Level::Low => ("LOW ●", Tone::Low),
        Level::Clean => ("ok ·", Tone::Good),
    }
}

/// What a level means, in one sentence.
pub(super) fn level(level: Level) -> Words {
    match level {
        Level::High => Words::new("Take it for an attack.", "攻撃とみなしてください。"),
        Level::Medium => Words::new(
            "Much about it is not as it should be: check before you press anything.",
            "不審な点が多くあります。何かを押す前に確かめてください。",
        ),
        Level::Low => Words::new(
            "Something to know about it, nothing that proves an attack.",
            "気に留めるべき点がありますが、攻撃を示すほどではありません。",
        ),
        Level::Clean => Words::new(
            "Nothing was found that speaks against it. That is not a proof of anything.",
            "不審な点は見つかりませんでした。ただし、それは何かの証明ではありません。",
        ),
    }
}

/// How an identity stands to From: glyph and word.
pub(super) fn agreement(agreement: Agreement) -> (Words, Tone) {
    match agreement {
        Agreement::Equal => (Words::new("= equal", "= 同じ"), Tone::Good),
        Agreement::SameOrganization => (Words::new("≈ same organization", "≈ 同じ組織"), Tone::Good),
        Agreement::Different => (Words::new("≠ different", "≠ 異なる"), Tone::Medium),
        Agreement::Unknown => (Words::new("? cannot be compared", "? 比べられない"), Tone::Dim),
    }
}

/// The word for a role.
pub(super) fn role(role: Role) -> Words {
    match role {
        Role::From => Words::new("From", "From"),
        Role::ReturnPath => Words::new("Return-Path", "Return-Path"),
        Role::ReplyTo => Words::new("Reply-To", "Reply-To"),
        Role::MessageId => Words::new("Message-ID", "Message-ID"),
        Role::OldestHelo => Words::new("HELO of the oldest Received", "最初の Received の名乗り"),
        Role::BoundaryHelo => Words::new("HELO at the boundary", "境界での名乗り"),
        Role::OldestAddress => Words::new("oldest Received", "最初の Received"),
        Role::BoundaryAddress => Words::new("delivered the mail", "配送したサーバー"),
        Role::Link => Words::new("link", "リンク"),
        Role::Resource => Words::new("loaded by the mail", "メールが読み込む先"),
    }
}

/// How a program reads that shows another sender.
pub(super) fn reader(reader: Reader) -> Words {
    match reader {
        Reader::FirstStrict => {
            Words::new("the first From field that follows the rules", "書式どおりの最初の From 欄を読むソフト")
        }
        Reader::FirstForgiving => {
            Words::new("the first From field, however it is written", "書式を問わず最初の From 欄を読むソフト")
        }
        Reader::LastForgiving => {
            Words::new("the last From field, however it is written", "書式を問わず最後の From 欄を読むソフト")
        }
        Reader::LastAddress => Words::new("the last address of the field", "欄内の最後のアドレスを読むソフト"),
        Reader::DecodedFirst => Words::new("decodes first, then reads", "復号してから読むソフト"),
    }
}

/// What a filter made of the mail: glyph, words and tone.
pub(super) fn filter(verdict: FilterVerdict) -> (Words, Tone) {
    match verdict {
        FilterVerdict::Nothing => (Words::new("○ no verdict", "○ 判定なし"), Tone::Dim),
        FilterVerdict::Clean => (Words::new("· not spam", "· 迷惑メールではない"), Tone::Text),
        FilterVerdict::Suspect => (Words::new("? not sure", "? 判定できず"), Tone::Low),
        FilterVerdict::Bulk => (Words::new("! bulk mail", "! 大量配信"), Tone::Low),
        FilterVerdict::Spam => (Words::new("✗ spam", "✗ 迷惑メール"), Tone::Medium),
        FilterVerdict::Malware => (Words::new("✗ malware", "✗ マルウェア"), Tone::High),
        FilterVerdict::Phishing => (Words::new("✗ phishing", "✗ フィッシング"), Tone::High),
    }
}

/// What a field of origin tells.
pub(super) fn origin(kind: OriginKind) -> Words {
    match kind {
        OriginKind::Machine => Words::new("handed in from", "送信操作をした端末"),
        OriginKind::Script => Words::new("made by the script", "送信したスクリプト"),
        OriginKind::Account => Words::new("account", "アカウント"),
        OriginKind::Program => Words::new("program", "送信ソフト"),
        OriginKind::Service => Words::new("mail service", "配信サービス"),
        OriginKind::Delivered => Words::new("delivered to", "配送先"),
        OriginKind::Resent => Words::new("sent on", "再送"),
    }
}

/// What kind of program it is.
pub(super) fn program(kind: ProgramKind) -> Words {
    match kind {
        ProgramKind::Program => Words::new("mail program", "メールソフト"),
        ProgramKind::Web => Words::new("mail in the browser", "Web メール"),
        ProgramKind::Phone => Words::new("phone or tablet", "スマートフォン・タブレット"),
        ProgramKind::Library => Words::new("scripts and servers send with it", "プログラムからの送信用"),
        ProgramKind::Bulk => Words::new("made for mailings", "一斉配信用"),
        ProgramKind::Provider => Words::new("passed through its servers", "同社のサーバーを経由"),
    }
}

/// The roles of a host in one text.
pub(super) fn roles(list: &[Role], lang: Lang) -> String {
    list.iter().map(|one| role(*one).get(lang)).collect::<Vec<_>>().join(Words::new(", ", "、").get(lang))
}

/// How a reading of the sender came about.
pub(super) fn reading(kind: ReadingKind) -> Words {
    match kind {
        ReadingKind::Plain => Words::new("the plain reading", "普通に読んだ場合"),
        ReadingKind::FurtherField => Words::new("a further From field", "2 つ目以降の From 欄"),
        ReadingKind::FurtherAddress => Words::new("a further address in From", "From 欄の 2 つ目以降のアドレス"),
        ReadingKind::OddName => {
            Words::new("a From field with a misspelled name (blank or fold)", "空白や折り返しで崩れた From 欄")
        }
        ReadingKind::InName => Words::new("an address inside the display name", "表示名の中のアドレス"),
        ReadingKind::InEncodedWord => {
            Words::new("an address that only decoding brings out", "復号して初めて現れるアドレス")
        }
        ReadingKind::Malformed => Words::new("a second address behind damage", "壊れた書式の後ろの 2 つ目のアドレス"),
    }
}

/// The outcome of an authentication method: glyph, word and tone.
pub(super) fn auth(result: AuthResult) -> (&'static str, Tone) {
    match result {
        AuthResult::Pass => ("✓ pass", Tone::Good),
        AuthResult::Fail => ("✗ fail", Tone::High),
        AuthResult::SoftFail => ("✗ softfail", Tone::Medium),
        AuthResult::Neutral => ("· neutral", Tone::Dim),
        AuthResult::None => ("○ none", Tone::Dim),
        AuthResult::Error => ("! error", Tone::Error),
    }
}

/// An innocent reason, as a sentence.
pub(super) fn excuse(excuse: &Excuse, lang: Lang) -> String {
    match excuse {
        Excuse::List(id) => Words::new(
            "Its fields say that it came through a mailing list ({0}), which sends in its own name; anyone can type that.",
            "メーリングリスト（{0}）経由と書かれています。リストは自身の名前で送りますが、この欄は誰でも書けます。",
        )
        .fill(lang, &[id]),
        Excuse::Service(name) => Words::new(
            "{0}, a known mail service, delivers for its customers under its own names.",
            "既知の配信サービス {0} が、顧客に代わって自身の名前で配送しています。",
        )
        .fill(lang, &[name]),
        Excuse::AlignedAuthentication(claim) => Words::new(
            "The recipient's side found {0} passed for the domain of From.",
            "受信側が From のドメインについて {0} の合格を記録しています。",
        )
        .fill(lang, &[claim]),
        Excuse::Forwarder => Words::new(
            "Its fields say that it was forwarded, so that the last machine is the forwarder's; anyone can type that.",
            "転送されたと書かれています。その場合、最後に配送したのは転送元のサーバーですが、この欄は誰でも書けます。",
        )
        .get(lang)
        .to_owned(),
    }
}

/// Whether a reason rests on more than what the sender could have typed.
pub(super) fn is_vouched(excuse: &Excuse) -> bool {
    matches!(excuse, Excuse::AlignedAuthentication(_) | Excuse::Service(_))
}

/// Where a link stands; in a mail with parts that were not read, what is in none may be in one of these.
pub(super) fn link_kind(kind: LinkKind, unread_parts: bool) -> Words {
    match kind {
        LinkKind::Unclaimed if unread_parts => {
            Words::new("outside the parts that were read (a limit)", "読み取ったパートの外（上限超過）")
        }
        LinkKind::Anchor => Words::new("link in HTML", "HTML のリンク"),
        LinkKind::Text => Words::new("address in the text", "本文中の URL"),
        LinkKind::Form => Words::new("form: what is typed goes here", "フォーム：入力した内容の送り先"),
        LinkKind::Image => Words::new("image, loaded and not pressed", "画像（押さずに読み込まれる）"),
        LinkKind::Other => Words::new("loaded or followed by itself", "自動的に読み込まれる、または移動する"),
        LinkKind::Header => Words::new("header field", "ヘッダー欄"),
        LinkKind::Attachment => Words::new("in an attached file", "添付ファイルの中"),
        LinkKind::Qr => Words::new("in a QR code", "QR コードの中"),
        LinkKind::Unclaimed => {
            Words::new("outside all parts: shown by no mail program", "パートの外（メールソフトでは表示されない）")
        }
    }
}

/// Whether a reader can press (or scan) a link of this kind.
pub(super) fn pressable(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Anchor | LinkKind::Text | LinkKind::Form | LinkKind::Qr | LinkKind::Attachment)
}

/// What a host is.
pub(super) fn class(class: HostClass, lang: Lang) -> String {
    match class {
        HostClass::Shortener => {
            Words::new("URL shortener: the real target is hidden", "短縮 URL：本当の行き先が見えません")
        }
        HostClass::FreeHosting => Words::new(
            "free hosting or cloud front door: anyone may have a name there",
            "無料ホスティングやクラウドの共用ドメイン：誰でも名前を持てます",
        ),
        HostClass::Literal => Words::new("an address instead of a name", "名前ではなく IP アドレス"),
        HostClass::Punycode => Words::new(
            "international name: look at it letter by letter",
            "国際化ドメイン名：一文字ずつ確かめてください",
        ),
        HostClass::MixedScript => Words::new(
            "letters of several scripts in one word: made to look like another name",
            "一つの語に複数の文字体系が混在：別の名前に見せかける手口",
        ),
        HostClass::FormBuilder => Words::new(
            "form builder: anyone may ask for anything there",
            "フォーム作成サービス：誰でも入力画面を作れます",
        ),
        HostClass::FileShare => {
            Words::new("file share: anyone may put files there", "ファイル共有サービス：誰でもファイルを置けます")
        }
        HostClass::DynamicDns => {
            Words::new("dynamic DNS: a free name for any machine", "ダイナミック DNS：どの機器にも無料で付けられる名前")
        }
        HostClass::IpfsGateway => Words::new(
            "gateway to IPFS: nobody can take the page down",
            "IPFS ゲートウェイ：公開されたページは削除できません",
        ),
        HostClass::LinkPage => Words::new("page of links: leads on to others", "リンク集ページ：別の場所へ誘導します"),
        HostClass::ContentNetwork => Words::new(
            "content network: its random names are given out to customers",
            "配信網（CDN）：ランダムな名前は利用者に割り当てられたもの",
        ),
        HostClass::PrivateAddress => Words::new("address of a private network", "プライベートネットワークのアドレス"),
        HostClass::RandomName => Words::new("a name that is no word in any language", "どの言語の語にも見えない名前"),
        HostClass::LongLabel => {
            Words::new("a label so long that it hides the domain", "ドメインが隠れるほど長いラベル")
        }
        HostClass::ManyLabels => {
            Words::new("so many labels that they hide the domain", "ドメインが隠れるほど多くのラベル")
        }
        HostClass::Brand(id) => {
            return Words::new("a domain of {0} itself", "{0} 自身のドメイン").fill(lang, &[id]);
        }
    }
    .get(lang)
    .to_owned()
}

/// What made the reading of the mailbox uncertain.
pub(super) fn doubt(doubt: Doubt) -> Words {
    match doubt {
        Doubt::UncertainStart => Words::new(
            "Its beginning is uncertain: the From line before it lacks the empty line or the date.",
            "始まりが不確かです。直前の From 行に空行または日付がありません。",
        ),
        Doubt::UncertainEnd => Words::new(
            "Its end is uncertain: the message behind it begins at a doubtful From line.",
            "終わりが不確かです。次のメールの From 行が疑わしい形です。",
        ),
        Doubt::SeparatorLookalike => Words::new(
            "A line in it looks like an mbox separator and was kept as text.",
            "mbox の区切りに似た行がありますが、本文として扱いました。",
        ),
        Doubt::Truncated => Words::new("It ends early: something is missing.", "途中で切れています。"),
        Doubt::WrongContentLength => Words::new(
            "Its Content-Length points to no separator and was not believed.",
            "Content-Length が区切りを指していないため、信用しませんでした。",
        ),
        Doubt::TooLarge => Words::new(
            "It is larger than the limit: only its beginning was read.",
            "上限より大きいため、先頭だけを読みました。",
        ),
    }
}

/// What had to be forgiven in the message.
pub(super) fn quirk(quirk: &Quirk, lang: Lang) -> String {
    match quirk {
        Quirk::Limit(told) => return super::left_out::sentence(told, lang),
        Quirk::NotAField(at) => {
            return Words::new(
                "A line in the header is no field (byte {0}).",
                "ヘッダーに欄ではない行があります（{0} バイト目）。",
            )
            .fill(lang, &[&at.to_string()]);
        }
        Quirk::NoSeparator => {
            Words::new("No empty line stands between header and body.", "ヘッダーと本文の間に空行がありません。")
        }
        Quirk::NulInHeader => Words::new("NUL bytes stand in the header.", "ヘッダーに NUL バイトがあります。"),
        Quirk::EightBitHeader => {
            Words::new("The header holds bytes that are no UTF-8.", "ヘッダーに UTF-8 ではないバイトがあります。")
        }
        Quirk::Ambiguous(told) => return ambiguity(told, lang),
        Quirk::Unterminated => Words::new(
            "A multipart is never closed: the mail was cut off, or wants to look so.",
            "閉じられていないマルチパートがあります。途中で切れたか、そう見せかけています。",
        ),
        Quirk::NoParts(0) => Words::new(
            "A multipart has no usable boundary: it is read as text.",
            "使える境界のないマルチパートがあり、本文として読みました。",
        ),
        Quirk::NoParts(parts) => {
            return Words::new(
                "A multipart has no usable boundary: it is read as text; lines that look like delimiters give {0 part|parts}.",
                "使える境界のないマルチパートがあり、本文として読みました。区切りに似た行で分けると {0} 個のパートになります。",
            )
            .fill(lang, &[&parts.to_string()]);
        }
        Quirk::Partial(number, total) => {
            return Words::new(
                "It is a piece of a longer message ({0} of {1}); the pieces are not put together.",
                "分割されたメールの一部です（{1} 個中 {0} 個目）。結合はしません。",
            )
            .fill(lang, &[&count(*number), &count(*total)]);
        }
        Quirk::External(_, place) if place.is_empty() => Words::new(
            "The body of a part lies elsewhere; it says nowhere where.",
            "本体が外部にあるパートがありますが、その場所は書かれていません。",
        ),
        Quirk::External(_, place) => {
            return Words::new(
                "The body of a part lies elsewhere and was not fetched: {0}",
                "本体が外部にあるパートがあります（取得しません）：{0}",
            )
            .fill(lang, &[place]);
        }
        Quirk::BadEncoding => Words::new(
            "A part says that it is base64, and holds what is none.",
            "base64 と宣言されたパートに base64 ではない文字があります。",
        ),
        Quirk::UnknownEncoding(name) => {
            return Words::new(
                "A part names a transfer encoding that nobody knows: {0}",
                "未知の転送エンコーディングが指定されたパートがあります：{0}",
            )
            .fill(lang, &[name]);
        }
        Quirk::ImpossibleTime(text) => {
            return Words::new(
                "A time that cannot be, or that nobody can read: {0}",
                "ありえない、または読み取れない日時が書かれています：{0}",
            )
            .fill(lang, &[text]);
        }
        Quirk::NoAddress(text) if text.trim().is_empty() => {
            Words::new("From is empty: no sender is named.", "From が空で、差出人が書かれていません。")
        }
        Quirk::NoAddress(text) => {
            return Words::new("From names no address: {0}", "From にアドレスがありません：{0}").fill(lang, &[text]);
        }
        Quirk::ParserFailed => Words::new(
            "The parser gave up: only the raw header and the bytes are shown.",
            "解析できませんでした。生のヘッダーとバイト列だけを表示します。",
        ),
    }
    .get(lang)
    .to_owned()
}

/// A number that was given, else a question mark.
fn count(number: u32) -> String {
    if number == 0 { "?".to_owned() } else { number.to_string() }
}

/// Said of what stands in a part that only another reading finds.
pub(super) const OTHER_READING: Words = Words::new(
    "! other reading: only programs that read the mail in another way see it",
    "! 別の読み方：別の読み方をするソフトでのみ現れます",
);

/// In which two ways a mail can be read, and what only the other one finds.
fn ambiguity(told: &Ambiguity, lang: Lang) -> String {
    let parts = told.parts.to_string();
    match told.sort {
        AmbiguitySort::Boundaries => Words::new(
            "Programs can read it in two ways: two boundaries, “{0}” was followed, “{1}” gives {2 other part|other parts}.",
            "読み方が 2 通りあります：境界が 2 つあり、「{0}」で解析しました。「{1}」で解析すると別のパートが {2} 個あります。",
        ),
        AmbiguitySort::Outside => Words::new(
            "Programs can read it in two ways: parts stand outside of what its boundary “{0}” delimits; “{1}” gives {2 other part|other parts}.",
            "読み方が 2 通りあります：境界「{0}」の外側にもパートがあります。「{1}」で解析すると別のパートが {2} 個あります。",
        ),
        AmbiguitySort::Types => Words::new(
            "Programs can read it in two ways: two Content-Type fields, “{0}” was followed, “{1}” gives {2 other part|other parts}.",
            "読み方が 2 通りあります：Content-Type が 2 つあり、「{0}」で解析しました。「{1}」で解析すると別のパートが {2} 個あります。",
        ),
        AmbiguitySort::Encodings => Words::new(
            "Programs can read it in two ways: two transfer encodings, “{0}” was followed, “{1}” gives {2 other part|other parts}.",
            "読み方が 2 通りあります：転送エンコーディングが 2 つあり、「{0}」で解析しました。「{1}」で解析すると別のパートが {2} 個あります。",
        ),
        AmbiguitySort::EncodedParts => {
            return Words::new(
                "Programs can read it in two ways: a multipart says that it is encoded ({0}), which is not allowed and was not followed; decoded it gives {1 other part|other parts}.",
                "読み方が 2 通りあります：マルチパート自体にエンコード（{0}）の指定があり、規格違反のため無視しました。復号すると別のパートが {1} 個あります。",
            )
            .fill(lang, &[&told.other, &parts]);
        }
        AmbiguitySort::LineEnds => {
            return Words::new(
                "Programs can read it in two ways: carriage returns that stand alone were not taken for line ends; programs that do find {0 other part|other parts}.",
                "読み方が 2 通りあります：単独の復帰文字（CR）を改行として扱わずに解析しました。改行として扱うと別のパートが {0} 個あります。",
            )
            .fill(lang, &[&parts]);
        }
        AmbiguitySort::Names => {
            return Words::new(
                "Programs can read it in two ways: a blank stands before the colon of “{0}”, which was followed; programs that do not know a field written so find {1 other part|other parts}.",
                "読み方が 2 通りあります：「{0}」はコロンの前に空白がありますが、これに従って解析しました。このように書かれたフィールドを認識しないプログラムで読むと別のパートが {1} 個あります。",
            )
            .fill(lang, &[&told.used, &parts]);
        }
    }
    .fill(lang, &[&told.used, &told.other, &parts])
}

/// Why a message could not be read.
pub(super) fn problem(problem: &Problem, lang: Lang) -> String {
    match problem {
        Problem::Unreadable(_) | Problem::Refused(_) => {
            return Words::new("cannot be read: {0}", "読めません：{0}").fill(lang, &[&problem.words(lang)]);
        }
        Problem::Defect => return problem.words(lang),
        Problem::NotRegular => Words::new(
            "a link, device or folder where a file should be: not opened",
            "通常のファイルではないため開きません（リンク、デバイス、フォルダーなど）",
        ),
        Problem::Empty => Words::new("the file is empty", "ファイルが空です"),
        Problem::NotMail => Words::new("not a mail message", "メールではありません"),
        Problem::Gone => Words::new("deleted by another program", "他のプログラムが削除"),
    }
    .get(lang)
    .to_owned()
}
