//! A target over attached files: archives, documents, shortcuts, whatever the inspector opens.

use gosanke::analysis::{Own, analyze};
use gosanke::facts::FactSet;
use gosanke::signal::Weights;

const NAMES: [&str; 24] = [
    "a.zip",
    "a.7z",
    "a.tar",
    "a.tar.gz",
    "a.gz",
    "a.pdf",
    "a.doc",
    "a.docm",
    "a.xls",
    "a.xlsb",
    "a.rtf",
    "a.one",
    "a.lnk",
    "a.html",
    "a.svg",
    "a.eml",
    "winmail.dat",
    "a.msg",
    "a.rar",
    "a.cab",
    "a.iso",
    "a.png",
    "a.ics",
    "a",
];

/// RFC 4648, lines of 76.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 3 / 2);
    for (at, chunk) in bytes.chunks(3).enumerate() {
        if at > 0 && at % 19 == 0 {
            out.push('\n');
        }
        let three = chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(three >> (18 - 6 * place) & 63) as usize] as char;
            out.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

/// The first byte chooses a name, the rest is the file. What is told of it is bounded whatever the file claims.
pub fn archive(bytes: &[u8]) {
    let Some((choice, file)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(*choice) % NAMES.len()];
    let mail = format!(
        "From: a@one.example\nSubject: password 1234\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_b\"\n\n\
         --=_b\nContent-Type: text/plain\n\npassword: infected\n--=_b\nContent-Type: application/octet-stream; \
         name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n{}\n\
         --=_b--\n",
        base64(file)
    );
    let analysis = analyze(mail.as_bytes(), &[], &FactSet::default(), &Weights::default(), &Own::default());
    assert!(!analysis.failed);
    let evidence = &analysis.evidence;
    assert!(!evidence.attachments.is_empty(), "the file is not listed");
    assert!(evidence.links.len() <= 12_000, "{} links", evidence.links.len());
    for attachment in &evidence.attachments {
        assert!(attachment.inside.features.len() <= 100);
        assert!(attachment.inside.text.len() <= 16 * 1024 + 4);
        if let Some(listing) = &attachment.inside.listing {
            assert!(listing.entries.len() <= 1_000, "{} entries", listing.entries.len());
        }
    }
}
