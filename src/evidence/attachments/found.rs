//! What is found in a file, as plain values: what kind of file it is, what it holds, what it would do. No reading here.

/// What a file is to the one who opens it: by its content where that tells, else by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub enum FileKind {
    /// Nothing that is known here.
    #[default]
    Unknown,
    /// Readable text.
    Text,
    /// A picture of dots.
    Image,
    /// Sound or film.
    Media,
    /// A web page.
    Page,
    /// An SVG drawing: a picture that may hold scripts and forms as a page does.
    Drawing,
    /// Machine code, installers and their kin: opening it runs it.
    Program,
    /// A script: opening it runs it.
    Script,
    /// A shortcut: opening it follows or runs what it names.
    Shortcut,
    /// The image of a disk, which a system mounts when it is opened.
    DiskImage,
    /// An archive.
    Archive,
    /// An office document.
    Office,
    /// An office document of a type that is made to hold macros or an add-in (`docm`, `xlam`).
    MacroOffice,
    /// Rich Text Format.
    Rtf,
    /// PDF.
    Pdf,
    /// OneNote section.
    OneNote,
    /// A mail (RFC 5322, Outlook).
    Message,
    /// A calendar object (iCalendar).
    Calendar,
    /// A business card (vCard).
    Card,
    /// winmail.dat (TNEF).
    Tnef,
    /// A signature, key or certificate.
    Signature,
}

impl FileKind {
    /// Opening it runs it, or what it names.
    #[must_use]
    pub const fn runs(self) -> bool {
        matches!(self, Self::Program | Self::Script | Self::Shortcut)
    }

    /// Opening it runs it, or shows it in a browser.
    #[must_use]
    pub const fn acts(self) -> bool {
        self.runs() || self.browses()
    }

    /// Inside an archive its content is looked into: what runs is told by its name, and pictures hold nothing.
    pub(super) const fn opened(self) -> bool {
        !matches!(self, Self::Image | Self::Media | Self::Signature | Self::Program | Self::Script)
    }

    /// A browser shows it, with all that a page can do.
    #[must_use]
    pub const fn browses(self) -> bool {
        matches!(self, Self::Page | Self::Drawing)
    }
}

/// What was found in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trait {
    /// It cannot be read without a password; detail: how it is encrypted.
    Encrypted,
    /// A password that stands in the mail opens it; detail: the password.
    PasswordFits,
    /// It claims to unpack to far more than it is; detail: the figures.
    Bomb,
    /// Parts of the archive lie over each other, as in archives that multiply themselves.
    Overlap,
    /// An entry's name leads out of the folder that it is unpacked into; detail: the name.
    Traversal,
    /// An entry is a link to another file; detail: the name.
    LinkEntry,
    /// Entries have one name, so that programs open one or the other.
    SameNames,
    /// Bytes that belong to nothing stand in front of the archive.
    Prefixed,
    /// It is an archive whose list cannot be read here; detail: why.
    Unlistable,
    /// It holds another archive; detail: its name.
    NestedArchive,
    /// It holds a file of this kind; detail: its name.
    Holds(FileKind),
    /// It holds a program (VBA project); detail: where it stands.
    Macro,
    /// The program starts by itself; detail: the name of the procedure.
    AutoMacro,
    /// It holds a macro sheet of Excel 4.
    ExcelFourMacro,
    /// It loads its template from elsewhere; detail: the address.
    RemoteTemplate,
    /// It loads an object from elsewhere; detail: the address.
    ExternalObject,
    /// It holds an object of another program; detail: its name or class.
    Embedded,
    /// A field starts another program (DDE).
    Dde,
    /// It holds ActiveX controls.
    ActiveX,
    /// It holds an object of the old equation editor, whose defects were used for years.
    Equation,
    /// RTF: the object is loaded without being asked for.
    ObjectUpdate,
    /// PDF: JavaScript.
    PdfScript,
    /// PDF: something happens when it is opened.
    PdfOpenAction,
    /// PDF: it starts a program; detail: what.
    PdfLaunch,
    /// PDF: a file is embedded; detail: its name.
    PdfFile,
    /// PDF: a form that is sent; detail: where to.
    PdfSubmit,
    /// PDF: leads into another document.
    PdfRemote,
    /// PDF: forms of the XFA kind.
    PdfXfa,
    /// PDF: pages without any text, pictures only.
    PdfPictures,
    /// PDF: a page or two with hardly a word, and a link.
    PdfOnlyLink,
    /// A page: a form.
    Form,
    /// A page: a field for a password.
    PasswordField,
    /// A page: scripts.
    Scripted,
    /// A page: builds another file or page out of encoded text; detail: how.
    Smuggling,
    /// A page: leads on to another without being asked; detail: where to.
    Refresh,
    /// OneNote: a file is embedded; detail: what it is.
    OneNoteFile,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// What it is.
    pub what: Trait,
    /// What goes with it, as it stands in the file: a name, an address. At most 300 characters.
    pub detail: String,
    /// The way to the file that holds it, where that lies inside the attached one: `a.zip/b.docx`.
    pub within: Option<String>,
}

/// An entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, at most 300 characters.
    pub name: String,
    /// Size as claimed, in bytes.
    pub size: u64,
    /// Size as packed, where it is known.
    pub packed: Option<u64>,
    /// What it is.
    pub kind: FileKind,
    /// It is encrypted.
    pub encrypted: bool,
    /// How many archives lie around it, the attached one not counted.
    pub depth: u8,
}

/// What an archive says that it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Name of the format: `zip`, `7z`, `tar`, `gzip`, `rar`.
    pub format: &'static str,
    /// The entries, folders left out; as many as the limit of entries allows.
    pub entries: Vec<Entry>,
    /// How many there are, folders left out; at least so many where it is cut.
    pub count: u64,
    /// Names beyond a limit were not read.
    pub cut: bool,
    /// What they claim to unpack to, in bytes.
    pub total: u64,
}

/// What was found in an attached file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inside {
    /// The list of an archive; those inside it stand behind their entry, one level deeper.
    pub listing: Option<Listing>,
    /// What else was found, in the order of finding; at most 100.
    pub features: Vec<Feature>,
    /// Pages of a PDF, as far as they can be counted.
    pub pages: Option<u32>,
    /// Readable text that only this file holds (winmail.dat), at most 16 KiB.
    pub text: String,
}

impl Inside {
    /// The first feature of a kind.
    #[must_use]
    pub fn find(&self, what: Trait) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.what == what)
    }

    /// A feature of a kind is there.
    #[must_use]
    pub fn has(&self, what: Trait) -> bool {
        self.find(what).is_some()
    }
}

/// A message that lies inside the mail and can be opened as one of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nested {
    /// The part that is the message, or the file that holds it.
    pub part: usize,
    /// The way to it inside that file; `None` where the part is the message.
    pub within: Option<String>,
    /// Its From field, decoded.
    pub from: String,
    /// Its subject, decoded.
    pub subject: String,
    /// Unix seconds of its Date field.
    pub date: Option<i64>,
    /// How many links stand in it.
    pub links: usize,
}

/// Digests of a file, lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hashes {
    /// MD5 (RFC 1321): broken, and still what many lists are keyed by.
    pub md5: String,
    /// SHA-1 (RFC 3174).
    pub sha1: String,
    /// SHA-256 (FIPS 180-4).
    pub sha256: String,
}
