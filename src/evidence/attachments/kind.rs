//! What a file is: its media type by its first bytes, and what opening it would do, by content first and by name else.
//! Looks at bounded windows only.

use memchr::memmem;

use super::found::FileKind;

/// The window that is looked at for a signature at the beginning.
const WINDOW: usize = 16 * 1024;
/// Where the descriptors of a CD or DVD stand (ISO 9660, ECMA-167).
const DISC: std::ops::Range<usize> = 0x8001..0x8006;

/// CLSID of the root of an installer database, as it stands in the file.
const INSTALLER: [u8; 16] = [0x84, 0x10, 0x0c, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
/// CLSID of the root of an Outlook item, as it stands in the file.
const OUTLOOK: [u8; 16] = [0x0b, 0x0d, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
/// First bytes of a OneNote section.
const ONENOTE: [u8; 16] =
    [0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3];
/// First bytes of a shell link: its size and the first field of its CLSID.
const SHELL_LINK: [u8; 8] = [0x4c, 0, 0, 0, 1, 0x14, 2, 0];

/// Signatures that the crate does not know or calls otherwise.
const SIGNATURES: &[(&[u8], &str)] = &[
    (&SHELL_LINK, "application/x-ms-shortcut"),
    (&ONENOTE, "application/onenote"),
    (b"{\\rt", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"ITSF\x03\0\0\0", "application/vnd.ms-htmlhelp"),
    (b"vhdxfile", "application/x-vhdx"),
    (b"conectix", "application/x-vhd"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"**ACE**", "application/x-ace-compressed"),
    (b"\x60\xea", "application/x-arj"),
    (b"!BDN", "application/vnd.ms-outlook-pst"),
];

/// The media type that the content shows.
pub(super) fn detect(bytes: &[u8]) -> Option<&'static str> {
    let window = bytes.get(..WINDOW).unwrap_or(bytes);
    if let Some((_, kind)) = SIGNATURES.iter().find(|(start, _)| window.starts_with(start)) {
        return Some(kind);
    }
    if let Some(kind) = infer::get(window) {
        let kind = kind.mime_type();
        return Some(match kind {
            "application/x-ole-storage"
            | "application/msword"
            | "application/vnd.ms-excel"
            | "application/vnd.ms-powerpoint" => match root_class(bytes) {
                Some(class) if class == INSTALLER => "application/x-msi",
                Some(class) if class == OUTLOOK => "application/vnd.ms-outlook",
                _ => kind,
            },
            // An XML prologue says little: what stands behind it does.
            "text/xml" | "text/html" => text(window).unwrap_or(kind),
            kind => kind,
        });
    }
    if bytes.get(DISC).is_some_and(|mark| matches!(mark, b"CD001" | b"BEA01" | b"NSR02" | b"NSR03")) {
        return Some("application/x-iso9660-image");
    }
    if bytes.len() > 512 && bytes.get(bytes.len() - 512..).is_some_and(|end| end.starts_with(b"conectix")) {
        return Some("application/x-vhd");
    }
    // Level 0 to 2 headers of LHA: `-lh5-` behind two bytes.
    if window.get(2..5) == Some(b"-lh") && window.get(6) == Some(&b'-') {
        return Some("application/x-lzh-compressed");
    }
    // A PDF may stand behind up to a kilobyte of anything, and readers open it.
    if memmem::find(window.get(..1024).unwrap_or(window), b"%PDF-").is_some() {
        return Some("application/pdf");
    }
    text(window)
}

/// What a program would do with a text, although nothing but the text says so.
fn text(window: &[u8]) -> Option<&'static str> {
    let start = window.strip_prefix(b"\xef\xbb\xbf").unwrap_or(window).trim_ascii_start();
    let head: Vec<u8> = start.get(..1024).unwrap_or(start).to_ascii_lowercase();
    let near = head.get(..256).unwrap_or(&head);
    let has = |needle: &[u8]| memmem::find(&head, needle).is_some();
    let starts = |needle: &[u8]| head.starts_with(needle);
    if has(b"<hta:application") {
        return Some("application/hta");
    }
    if starts(b"<svg") || (starts(b"<?xml") || starts(b"<!--") || starts(b"<!doctype svg")) && has(b"<svg") {
        return Some("image/svg+xml");
    }
    if starts(b"<!doctype html")
        || [&b"<html"[..], b"<script", b"<body"].iter().any(|tag| memmem::find(near, tag).is_some())
    {
        return Some("text/html");
    }
    if starts(b"<?xml") {
        return Some("text/xml");
    }
    if starts(b"begin:vcalendar") {
        return Some("text/calendar");
    }
    if starts(b"begin:vcard") {
        return Some("text/vcard");
    }
    if starts(b"[internetshortcut]") {
        return Some("application/x-url");
    }
    if starts(b"#!") {
        return Some("text/x-shellscript");
    }
    is_mail(&head).then_some("message/rfc822")
}

/// The text begins with header fields as a mail does: at least three lines of fields, one of them a usual one.
fn is_mail(head: &[u8]) -> bool {
    let usual: [&[u8]; 6] =
        [b"received:", b"return-path:", b"mime-version:", b"message-id:", b"delivered-to:", b"from:"];
    let mut fields = 0;
    let mut known = 0;
    for line in head.split(|byte| *byte == b'\n').take(40) {
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) && fields > 0 {
            continue;
        }
        let name = line.iter().position(|byte| *byte == b':').and_then(|at| line.get(..at)).unwrap_or_default();
        if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
            break;
        }
        fields += 1;
        known += usize::from(usual.iter().any(|start| line.starts_with(start)));
    }
    fields >= 3 && known >= 2
}

/// The CLSID of the root of a compound file (MS-CFB sections 2.2, 2.6), read without opening it.
fn root_class(bytes: &[u8]) -> Option<[u8; 16]> {
    let shift = u16::from_le_bytes(bytes.get(0x1e..0x20)?.try_into().ok()?);
    let sector = u32::from_le_bytes(bytes.get(0x30..0x34)?.try_into().ok()?) as usize;
    if !matches!(shift, 9 | 12) {
        return None;
    }
    let at = sector.checked_add(1)?.checked_mul(1 << shift)?.checked_add(80)?;
    bytes.get(at..at.checked_add(16)?)?.try_into().ok()
}

/// What opening the file would do.
pub(super) fn kind(detected: Option<&str>, name: &str, declared: &str) -> FileKind {
    let named = of_ending(ending(name));
    let shown = detected.map(of_type).unwrap_or_default();
    match (shown, named) {
        // What runs by its name is run by its name, whatever else its bytes are; a package is the document of its name.
        (_, FileKind::Program | FileKind::Script | FileKind::Shortcut)
        | (FileKind::Archive, FileKind::Office | FileKind::MacroOffice)
        | (FileKind::Office, FileKind::MacroOffice | FileKind::OneNote | FileKind::Message) => named,
        // Text and plain containers say little: the name tells which program gets them.
        (FileKind::Unknown | FileKind::Text, FileKind::Unknown) if shown == FileKind::Unknown => of_type(declared),
        (FileKind::Unknown | FileKind::Text, named) if named != FileKind::Unknown => named,
        _ => shown,
    }
}

/// The last ending of a name, as a system sees it: without blanks and dots behind it.
pub(super) fn ending(name: &str) -> &str {
    let name = name.trim_end_matches(['.', ' ', '\u{3000}', '\t', '\0']);
    name.rsplit_once('.').map_or("", |(front, ending)| if front.is_empty() { "" } else { ending })
}

/// What a media type is.
fn of_type(kind: &str) -> FileKind {
    match kind {
        "text/html" | "application/xhtml+xml" | "multipart/related" => FileKind::Page,
        "image/svg+xml" => FileKind::Drawing,
        "application/pdf" => FileKind::Pdf,
        "application/rtf" | "text/rtf" => FileKind::Rtf,
        "application/onenote" | "application/msonenote" => FileKind::OneNote,
        "message/rfc822" | "application/vnd.ms-outlook" => FileKind::Message,
        "text/calendar" | "application/ics" => FileKind::Calendar,
        "text/vcard" | "text/x-vcard" => FileKind::Card,
        "application/ms-tnef" | "application/vnd.ms-tnef" => FileKind::Tnef,
        "application/hta" => FileKind::Script,
        "application/x-ms-shortcut" | "application/x-url" => FileKind::Shortcut,
        "application/x-iso9660-image" | "application/x-vhd" | "application/x-vhdx" | "application/x-qemu-disk" => {
            FileKind::DiskImage
        }
        "application/vnd.microsoft.portable-executable"
        | "application/x-msdownload"
        | "application/x-msdos-program"
        | "application/x-executable"
        | "application/x-mach-binary"
        | "application/x-msi"
        | "application/vnd.ms-htmlhelp"
        | "application/java"
        | "application/java-archive"
        | "application/vnd.android.dex"
        | "application/vnd.android.package-archive"
        | "application/vnd.debian.binary-package"
        | "application/x-rpm"
        | "application/x-google-chrome-extension"
        | "application/x-shockwave-flash" => FileKind::Program,
        "application/zip"
        | "application/x-zip-compressed"
        | "application/vnd.rar"
        | "application/x-rar-compressed"
        | "application/x-7z-compressed"
        | "application/gzip"
        | "application/x-gzip"
        | "application/x-tar"
        | "application/x-bzip2"
        | "application/x-xz"
        | "application/zstd"
        | "application/x-lz4"
        | "application/x-lzip"
        | "application/x-compress"
        | "application/x-cpio"
        | "application/x-unix-archive"
        | "application/x-ace-compressed"
        | "application/x-arj"
        | "application/x-lzh-compressed"
        | "application/vnd.ms-cab-compressed" => FileKind::Archive,
        "application/msword"
        | "application/vnd.ms-excel"
        | "application/vnd.ms-powerpoint"
        | "application/x-ole-storage" => FileKind::Office,
        "application/pgp-signature"
        | "application/pgp-keys"
        | "application/pkcs7-signature"
        | "application/x-pkcs7-signature"
        | "application/x-x509-ca-cert" => FileKind::Signature,
        other => match other.split_once('/') {
            Some(("image", _)) => FileKind::Image,
            Some(("audio" | "video", _)) => FileKind::Media,
            Some(("application", kind)) if kind.contains("macroenabled") || kind.contains("macroEnabled") => {
                FileKind::MacroOffice
            }
            Some(("application", kind))
                if kind.starts_with("vnd.openxmlformats-officedocument")
                    || kind.starts_with("vnd.oasis.opendocument") =>
            {
                FileKind::Office
            }
            Some(("text", _)) => FileKind::Text,
            _ => FileKind::Unknown,
        },
    }
}

/// What an ending is to a usual desktop.
pub(super) fn of_ending(ending: &str) -> FileKind {
    if ending.len() > 12 || !ending.is_ascii() {
        return FileKind::Unknown;
    }
    match &*ending.to_ascii_lowercase() {
        "exe" | "scr" | "pif" | "cpl" | "msi" | "msp" | "msix" | "msixbundle" | "appx" | "appxbundle"
        | "appinstaller" | "application" | "gadget" | "jar" | "apk" | "xapk" | "dmg" | "pkg" | "deb" | "rpm"
        | "run" | "appimage" | "chm" | "xll" | "wll" | "ocx" | "dll" | "sys" | "crx" | "ipa" | "command" => {
            FileKind::Program
        }
        "bat" | "cmd" | "js" | "jse" | "vbs" | "vbe" | "vb" | "wsf" | "wsh" | "wsc" | "sct" | "hta" | "ps1"
        | "psm1" | "psc1" | "ps1xml" | "msc" | "reg" | "inf" | "scpt" | "applescript" | "ahk" | "au3" | "pyw"
        | "settingcontent-ms" | "jnlp" | "diagcab" => FileKind::Script,
        "lnk" | "url" | "webloc" | "desktop" | "website" | "library-ms" | "search-ms" | "searchconnector-ms"
        | "scf" | "pcd" | "rdp" => FileKind::Shortcut,
        "iso" | "img" | "vhd" | "vhdx" | "udf" | "ima" | "nrg" | "mdf" => FileKind::DiskImage,
        "zip" | "rar" | "7z" | "gz" | "tgz" | "bz2" | "tbz" | "tbz2" | "xz" | "txz" | "tar" | "ace" | "arj" | "cab"
        | "lzh" | "lha" | "z" | "zst" | "lz" | "uue" | "r00" | "001" => FileKind::Archive,
        "html" | "htm" | "xhtml" | "xht" | "shtml" | "mht" | "mhtml" => FileKind::Page,
        "svg" | "svgz" => FileKind::Drawing,
        "docm" | "dotm" | "xlsm" | "xltm" | "xlsb" | "xlam" | "pptm" | "potm" | "ppam" | "ppsm" | "sldm" | "xla"
        | "ppa" => FileKind::MacroOffice,
        "doc" | "docx" | "dot" | "dotx" | "xls" | "xlsx" | "xlt" | "xltx" | "xlw" | "ppt" | "pptx" | "pps" | "ppsx"
        | "pot" | "potx" | "odt" | "ods" | "odp" | "pub" | "vsd" | "vsdx" | "mdb" | "accdb" | "mpp" | "slk" | "iqy"
        | "jtd" | "hwp" | "csv" => FileKind::Office,
        "rtf" => FileKind::Rtf,
        "pdf" => FileKind::Pdf,
        "one" | "onepkg" => FileKind::OneNote,
        "eml" | "msg" | "oft" => FileKind::Message,
        "ics" | "ical" | "vcs" => FileKind::Calendar,
        "vcf" => FileKind::Card,
        "asc" | "sig" | "p7s" | "p7m" | "cer" | "crt" | "pem" => FileKind::Signature,
        // Sources open in an editor: no desktop runs them by a click.
        "txt" | "log" | "md" | "xml" | "json" | "patch" | "diff" | "sh" | "py" | "pl" | "rb" | "cs" => FileKind::Text,
        "png" | "jpg" | "jpeg" | "gif" | "bmp" | "tif" | "tiff" | "webp" | "ico" | "heic" => FileKind::Image,
        "mp3" | "wav" | "mp4" | "m4a" | "mov" | "avi" | "ogg" | "mkv" => FileKind::Media,
        _ => FileKind::Unknown,
    }
}
