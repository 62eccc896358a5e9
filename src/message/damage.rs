//! What is broken about a part, in words of both languages.

use mail_parser::{DecodeProblems, PartFlags};

use crate::text::Words;

/// What had to be forgiven in a part, or why it was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Damage {
    /// The part before it ends without a line of the boundary.
    NoBoundaryLine,
    /// A boundary was found in the middle of a line.
    BoundaryInLine,
    /// No empty line stands behind its header.
    NoEmptyLine,
    /// The boundary that ends a multipart is missing.
    Unclosed,
    /// It lies too deep.
    TooDeep,
    /// A limit of the parser was reached.
    LimitReached,
    /// What does not fit its transfer encoding.
    BadEncoding,
    /// A transfer encoding that nobody knows.
    UnknownEncoding,
    /// Declared as base64, and written as text.
    PlainBase64,
    /// A charset that nobody knows.
    UnknownCharset,
    /// Bytes that the declared charset does not have.
    BadCharset,
    /// The bytes show another charset than the declared one.
    OtherCharset,
    /// A multipart in which no part was found; its content is its text.
    NoParts,
    /// Lines of text stand in its header.
    TextInHeader,
    /// Lines in the header of a message inside are no fields.
    NoFields,
    /// NUL bytes stand in the header of a message inside.
    NulInHeader,
    /// The decoded bytes of the message are too many.
    TooLarge,
}

impl Damage {
    /// What is told of it.
    #[must_use]
    pub const fn words(self) -> Words {
        match self {
            Self::NoBoundaryLine => Words::new("no boundary line ends it", "終わりの境界行がありません"),
            Self::BoundaryInLine => Words::new("boundary in the middle of a line", "境界が行の途中にあります"),
            Self::NoEmptyLine => Words::new("no empty line behind its header", "ヘッダーの後に空行がありません"),
            Self::Unclosed => Words::new("no closing boundary", "終端の境界がありません"),
            Self::TooDeep => Words::new("nested too deep, not opened", "入れ子が深すぎるため開いていません"),
            Self::LimitReached => Words::new("a limit was reached, not opened", "上限に達したため開いていません"),
            Self::BadEncoding => Words::new("bad transfer encoding", "転送エンコーディングに誤りがあります"),
            Self::UnknownEncoding => Words::new("unknown transfer encoding", "未知の転送エンコーディングです"),
            Self::PlainBase64 => Words::new(
                "declared base64, but written as text",
                "base64 と宣言されていますが、実際は普通のテキストです",
            ),
            Self::UnknownCharset => Words::new("unknown charset", "未知の文字コードです"),
            Self::BadCharset => {
                Words::new("bytes that are not valid in the charset", "文字コードとして正しくないバイトがあります")
            }
            Self::OtherCharset => Words::new("charset is not the declared one", "実際の文字コードが宣言と異なります"),
            Self::NoParts => Words::new("no part inside", "中にパートがありません"),
            Self::TextInHeader => Words::new("text stands in its header", "ヘッダーの中にテキストがあります"),
            Self::NoFields => Words::new("lines in its header are no fields", "ヘッダーに項目でない行があります"),
            Self::NulInHeader => Words::new("NUL bytes in its header", "ヘッダーに NUL バイトがあります"),
            Self::TooLarge => Words::new("not decoded: too large", "大きすぎるためデコードしていません"),
        }
    }
}

/// Damage that the parser noticed.
pub(super) fn of_flags(flags: PartFlags) -> Vec<Damage> {
    [
        (PartFlags::MISSING_DELIMITER, Damage::NoBoundaryLine),
        (PartFlags::FALLBACK_DELIMITER, Damage::BoundaryInLine),
        (PartFlags::NO_BLANK_LINE, Damage::NoEmptyLine),
        (PartFlags::UNTERMINATED, Damage::Unclosed),
        (PartFlags::NESTING_LIMIT, Damage::TooDeep),
        (PartFlags::LIMIT_REACHED, Damage::LimitReached),
    ]
    .into_iter()
    .filter(|(flag, _)| flags.intersects(*flag))
    .map(|(_, damage)| damage)
    .collect()
}

/// Damage that undoing the transfer encoding met.
pub(super) fn of_encoding(problems: DecodeProblems) -> impl Iterator<Item = Damage> {
    [
        (DecodeProblems::MALFORMED_TRANSFER_ENCODING, Damage::BadEncoding),
        (DecodeProblems::UNKNOWN_TRANSFER_ENCODING, Damage::UnknownEncoding),
    ]
    .into_iter()
    .filter(move |(flag, _)| problems.intersects(*flag))
    .map(|(_, damage)| damage)
}
