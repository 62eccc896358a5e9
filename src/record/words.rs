//! The words of the record: what evidence names with a variant stands in it as one stable word. A new variant needs a
//! word here before it compiles; a word that was published never changes.

use super::declare::words;
use crate::evidence::{
    AccountKind, Agreement, AuthResult, Author, BlockedSort, BoundaryReason, Coin, Excuse, FileKind, FilterVerdict,
    HostClass, LinkKind, NameTrick, OriginKind, Plan, ProgramKind, Reader, ReadingKind, Role, StepKind, Theme, Trait,
    Trick, UrlTrait,
};
use crate::mailbox::Doubt;
use crate::message::{AmbiguitySort, Quirk};
use crate::signal::{Family, Kind};

words! {
    FilterVerdict {
        Self::Nothing => "nothing",
        Self::Clean => "clean",
        Self::Suspect => "suspect",
        Self::Bulk => "bulk",
        Self::Spam => "spam",
        Self::Malware => "malware",
        Self::Phishing => "phishing",
    }
    Plan {
        Self::International => "international",
        Self::NorthAmerica => "north-america",
        Self::Japan => "japan",
        Self::National => "national",
    }
    Coin {
        Self::Bitcoin => "bitcoin",
        Self::Litecoin => "litecoin",
        Self::Dogecoin => "dogecoin",
        Self::Ethereum => "ethereum",
        Self::Monero => "monero",
        Self::Tron => "tron",
        Self::Xrp => "xrp",
    }
    AccountKind {
        Self::Iban => "iban",
        Self::Japanese => "japanese",
        Self::American => "american",
    }
    OriginKind {
        Self::Machine => "machine",
        Self::Script => "script",
        Self::Account => "account",
        Self::Program => "program",
        Self::Service => "service",
        Self::Delivered => "delivered",
        Self::Resent => "resent",
    }
    ProgramKind {
        Self::Program => "program",
        Self::Web => "web",
        Self::Phone => "phone",
        Self::Library => "library",
        Self::Bulk => "bulk",
        Self::Provider => "provider",
    }
    ReadingKind {
        Self::Plain => "plain",
        Self::FurtherField => "further-field",
        Self::FurtherAddress => "further-address",
        Self::OddName => "odd-name",
        Self::InName => "in-name",
        Self::InEncodedWord => "in-encoded-word",
        Self::Malformed => "malformed",
    }
    Agreement {
        Self::Equal => "equal",
        Self::SameOrganization => "same-organization",
        Self::Different => "different",
        Self::Unknown => "unknown",
    }
    Author {
        Self::Sender => "sender",
        Self::Recipient => "recipient",
        Self::Relay => "relay",
    }
    BoundaryReason {
        Self::FirstForeignClient => "first-foreign-client",
        Self::NamedByRecipient => "named-by-recipient",
        Self::OnlyAddress => "only-address",
        Self::Configured => "configured",
        Self::UsualOfMailbox => "usual-of-mailbox",
    }
    AuthResult {
        Self::Pass => "pass",
        Self::Fail => "fail",
        Self::SoftFail => "softfail",
        Self::Neutral => "neutral",
        Self::None => "none",
        Self::Error => "error",
    }
    Excuse {
        Self::List(_) => "list",
        Self::Service(_) => "service",
        Self::AlignedAuthentication(_) => "aligned-authentication",
        Self::Forwarder => "forwarder",
    }
    LinkKind {
        Self::Anchor => "anchor",
        Self::Text => "text",
        Self::Form => "form",
        Self::Image => "image",
        Self::Other => "other",
        Self::Header => "header",
        Self::Attachment => "attachment",
        Self::Qr => "qr",
        Self::Unclaimed => "unclaimed",
    }
    HostClass {
        Self::Shortener => "shortener",
        Self::FreeHosting => "free-hosting",
        Self::Literal => "literal",
        Self::Punycode => "punycode",
        Self::MixedScript => "mixed-script",
        Self::FormBuilder => "form-builder",
        Self::FileShare => "file-share",
        Self::DynamicDns => "dynamic-dns",
        Self::IpfsGateway => "ipfs-gateway",
        Self::LinkPage => "link-page",
        Self::ContentNetwork => "content-network",
        Self::PrivateAddress => "private-address",
        Self::RandomName => "random-name",
        Self::LongLabel => "long-label",
        Self::ManyLabels => "many-labels",
        Self::Brand(_) => "brand",
    }
    UrlTrait {
        Self::OddAddress => "odd-address",
        Self::Disguised => "disguised",
        Self::OddScheme => "odd-scheme",
        Self::SiteFiles => "site-files",
        Self::Defanged => "defanged",
        Self::IpfsPath => "ipfs-path",
        Self::TargetId => "target-id",
    }
    StepKind {
        Self::Gateway => "gateway",
        Self::Redirector => "redirector",
        Self::Tracking => "tracking",
    }
    FileKind {
        Self::Unknown => "unknown",
        Self::Text => "text",
        Self::Image => "image",
        Self::Media => "media",
        Self::Page => "page",
        Self::Drawing => "drawing",
        Self::Program => "program",
        Self::Script => "script",
        Self::Shortcut => "shortcut",
        Self::DiskImage => "disk-image",
        Self::Archive => "archive",
        Self::Office => "office",
        Self::MacroOffice => "macro-office",
        Self::Rtf => "rtf",
        Self::Pdf => "pdf",
        Self::OneNote => "one-note",
        Self::Message => "message",
        Self::Calendar => "calendar",
        Self::Card => "card",
        Self::Tnef => "tnef",
        Self::Signature => "signature",
    }
    Trait {
        Self::Encrypted => "encrypted",
        Self::PasswordFits => "password-fits",
        Self::Bomb => "bomb",
        Self::Overlap => "overlap",
        Self::Traversal => "traversal",
        Self::LinkEntry => "link-entry",
        Self::SameNames => "same-names",
        Self::Prefixed => "prefixed",
        Self::Unlistable => "unlistable",
        Self::NestedArchive => "nested-archive",
        Self::Holds(_) => "holds",
        Self::Macro => "macro",
        Self::AutoMacro => "auto-macro",
        Self::ExcelFourMacro => "excel-four-macro",
        Self::RemoteTemplate => "remote-template",
        Self::ExternalObject => "external-object",
        Self::Embedded => "embedded",
        Self::Dde => "dde",
        Self::ActiveX => "active-x",
        Self::Equation => "equation",
        Self::ObjectUpdate => "object-update",
        Self::PdfScript => "pdf-script",
        Self::PdfOpenAction => "pdf-open-action",
        Self::PdfLaunch => "pdf-launch",
        Self::PdfFile => "pdf-file",
        Self::PdfSubmit => "pdf-submit",
        Self::PdfRemote => "pdf-remote",
        Self::PdfXfa => "pdf-xfa",
        Self::PdfPictures => "pdf-pictures",
        Self::PdfOnlyLink => "pdf-only-link",
        Self::Form => "form",
        Self::PasswordField => "password-field",
        Self::Scripted => "scripted",
        Self::Smuggling => "smuggling",
        Self::Refresh => "refresh",
        Self::OneNoteFile => "one-note-file",
    }
    NameTrick {
        Self::Direction => "direction",
        Self::Invisible => "invisible",
        Self::DoubleEnding => "double-ending",
        Self::BlankRun => "blank-run",
        Self::TrailingDots => "trailing-dots",
        Self::Encoded => "encoded",
        Self::Path => "path",
        Self::Control => "control",
    }
    Role {
        Self::From => "from",
        Self::ReturnPath => "return-path",
        Self::ReplyTo => "reply-to",
        Self::MessageId => "message-id",
        Self::OldestHelo => "oldest-helo",
        Self::BoundaryHelo => "boundary-helo",
        Self::OldestAddress => "oldest-address",
        Self::BoundaryAddress => "boundary-address",
        Self::Link => "link",
        Self::Resource => "resource",
    }
    Doubt {
        Self::UncertainStart => "uncertain-start",
        Self::UncertainEnd => "uncertain-end",
        Self::SeparatorLookalike => "separator-lookalike",
        Self::Truncated => "truncated",
        Self::WrongContentLength => "wrong-content-length",
        Self::TooLarge => "too-large",
    }
    Quirk {
        Self::Limit(_) => "limit",
        Self::NoSeparator => "no-separator",
        Self::NotAField(_) => "not-a-field",
        Self::NulInHeader => "nul-in-header",
        Self::EightBitHeader => "eight-bit-header",
        Self::ParserFailed => "parser-failed",
        Self::Ambiguous(_) => "ambiguous",
        Self::Unterminated => "unterminated",
        Self::NoParts(_) => "no-parts",
        Self::Partial(..) => "partial",
        Self::External(..) => "external-body",
        Self::BadEncoding => "bad-encoding",
        Self::UnknownEncoding(_) => "unknown-encoding",
        Self::ImpossibleTime(_) => "impossible-time",
        Self::NoAddress(_) => "no-address",
    }
    AmbiguitySort {
        Self::Boundaries => "boundaries",
        Self::Types => "types",
        Self::Encodings => "encodings",
        Self::EncodedParts => "encoded-parts",
        Self::Names => "names",
        Self::Outside => "outside",
        Self::LineEnds => "line-ends",
    }
    Trick {
        Self::SeveralFields => "several-fields",
        Self::LeadingBlank => "leading-blank",
        Self::BlankBeforeColon => "blank-before-colon",
        Self::FoldedName => "folded-name",
        Self::NoFrom => "no-from",
        Self::SeveralAddresses => "several-addresses",
        Self::QuotedPair => "quoted-pair",
        Self::BareAndBracketed => "bare-and-bracketed",
        Self::BehindBrackets => "behind-brackets",
        Self::SourceRoute => "source-route",
        Self::EncodedAddress => "encoded-address",
        Self::InvisibleCharacter => "invisible-character",
        Self::Direction => "direction",
        Self::StrayByte => "stray-byte",
        Self::TwoDomains => "two-domains",
        Self::PathComment => "path-comment",
        Self::PathTwoDomains => "path-two-domains",
        Self::PathRoute => "path-route",
        Self::PathOddDomain => "path-odd-domain",
        Self::PathNull => "path-null",
        Self::PathSubdomain => "path-subdomain",
        Self::OtherAccount => "other-account",
        Self::OtherSender => "other-sender",
        Self::SignatureByte => "signature-byte",
        Self::SignatureQuote => "signature-quote",
        Self::SignedInPart => "signed-in-part",
        Self::Unsigned => "unsigned",
        Self::AddedField => "added-field",
    }
    Reader {
        Self::FirstStrict => "first-strict",
        Self::FirstForgiving => "first-forgiving",
        Self::LastForgiving => "last-forgiving",
        Self::LastAddress => "last-address",
        Self::DecodedFirst => "decoded-first",
    }
    Theme {
        Self::Pretext => "pretext",
        Self::Threat => "threat",
        Self::Demand => "demand",
        Self::Deadline => "deadline",
        Self::Customer => "customer",
        Self::Reward => "reward",
        Self::Romance => "romance",
        Self::Cure => "cure",
        Self::Finance => "finance",
        Self::Wallet => "wallet",
        Self::Charge => "charge",
        Self::Call => "call",
        Self::Parcel => "parcel",
        Self::Extortion => "extortion",
        Self::Fortune => "fortune",
    }
    BlockedSort {
        Self::Sender => "sender",
        Self::Link => "link",
        Self::Machine => "machine",
        Self::File => "file",
    }
    Kind {
        Self::Direct => "direct",
        Self::Correlated => "correlated",
        Self::Heuristic => "heuristic",
    }
    Family {
        Self::Sender => "sender",
        Self::Path => "path",
        Self::Authentication => "authentication",
        Self::Links => "links",
        Self::Body => "body",
        Self::Attachments => "attachments",
        Self::Structure => "structure",
        Self::Lists => "lists",
        Self::Own => "own",
    }
}

/// What `&T` stands for is what `T` stands for.
impl<T: super::declare::Worded> super::declare::Worded for &T {
    const ALL: &'static [&'static str] = T::ALL;
    fn word(&self) -> &'static str {
        T::word(self)
    }
}
