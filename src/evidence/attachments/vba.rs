//! The source of VBA modules (MS-OVBA section 2.4.1): unpacked within bounds and searched for procedures that start by
//! themselves. Nothing is interpreted.

/// The most bytes of source that are unpacked of one module.
const SOURCE: usize = 1024 * 1024;

/// Procedures that Office runs without being asked.
const AUTO: &[&str] = &[
    "autoopen",
    "auto_open",
    "autoexec",
    "autoexit",
    "auto_close",
    "autoclose",
    "autonew",
    "document_open",
    "document_close",
    "document_new",
    "workbook_open",
    "workbook_activate",
    "workbook_beforeclose",
    "presentation_open",
];
/// What a harmless one rarely calls.
const CALLS: &[&str] = &[
    "shell",
    "createobject",
    "wscript",
    "powershell",
    "urldownloadtofile",
    "xmlhttp",
    "adodb.stream",
    "environ",
    "winmgmts",
];

/// The source of the module in a stream; `None` where there is none.
pub(super) fn source(stream: &[u8]) -> Option<String> {
    // Every module starts with its attributes: `Attribute VB_Name`. The first token byte says that eight letters follow as
    // they are, so that the beginning can be found without the directory of the project.
    let mark = memchr::memmem::find(stream, b"\0Attribut")?;
    let start = mark.checked_sub(3)?;
    let bytes = unpack(stream.get(start..)?)?;
    Some(crate::message::text_of(&bytes))
}

/// Undoes the packing.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (&signature, mut rest) = packed.split_first()?;
    if signature != 1 {
        return None;
    }
    let mut out = Vec::new();
    while let Some((header, behind)) = rest.split_first_chunk::<2>() {
        let header = u16::from_le_bytes(*header);
        let size = usize::from(header & 0x0fff) + 1;
        let (chunk, next) = behind.split_at_checked(size).unwrap_or((behind, &[]));
        rest = next;
        if header & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else {
            tokens(chunk, &mut out);
        }
        if out.len() >= SOURCE {
            break;
        }
    }
    (!out.is_empty()).then_some(out)
}

/// One chunk of tokens: a byte of flags, then eight letters or copies.
fn tokens(mut chunk: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    while let Some((&flags, behind)) = chunk.split_first() {
        chunk = behind;
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some((&letter, behind)) = chunk.split_first() else { return };
                out.push(letter);
                chunk = behind;
                continue;
            }
            let Some((token, behind)) = chunk.split_first_chunk::<2>() else { return };
            chunk = behind;
            let token = usize::from(u16::from_le_bytes(*token));
            let done = out.len() - start;
            // The offset takes as many bits as the place in the chunk needs, at least four (section 2.4.1.3.19.1).
            let bits = (usize::BITS - done.saturating_sub(1).leading_zeros()).clamp(4, 12);
            let length = (token & (0xffff >> bits)) + 3;
            let offset = (token >> (16 - bits)) + 1;
            if offset > done || done > 4096 {
                return;
            }
            for _ in 0..length {
                let Some(&letter) = out.len().checked_sub(offset).and_then(|at| out.get(at)) else { return };
                out.push(letter);
            }
        }
    }
}

/// The procedure that starts by itself, with what it calls.
pub(super) fn auto(source: &str) -> Option<String> {
    let low = source.to_ascii_lowercase();
    let name = AUTO.iter().find(|name| low.contains(&format!("sub {name}")))?;
    let calls = CALLS.iter().filter(|call| low.contains(**call)).take(4).copied();
    Some(std::iter::once(*name).chain(calls).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A module as one chunk of plain letters, as an encoder that finds no repetition would write it.
    pub(in crate::evidence::attachments) fn module(source: &str) -> Vec<u8> {
        let mut out = vec![1];
        for piece in source.as_bytes().chunks(3600) {
            let mut chunk = Vec::new();
            for eight in piece.chunks(8) {
                chunk.push(0);
                chunk.extend_from_slice(eight);
            }
            out.extend_from_slice(&(0xb000 | (chunk.len() - 1) as u16).to_le_bytes());
            out.extend_from_slice(&chunk);
        }
        out
    }

    #[test]
    fn the_example_of_the_specification_unpacks() {
        // MS-OVBA section 3.2.2: normal compression.
        let packed = [
            0x01, 0x2f, 0xb0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67,
            0x68, 0x69, 0x6a, 0x01, 0x38, 0x08, 0x61, 0x6b, 0x6c, 0x00, 0x30, 0x6d, 0x6e, 0x6f, 0x70, 0x06, 0x71, 0x02,
            0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7a, 0x00, 0x3c,
        ];
        assert_eq!(unpack(&packed).unwrap(), b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa");
    }

    #[test]
    fn a_procedure_that_starts_by_itself_is_told_with_its_calls() {
        let source = "Attribute VB_Name = \"x\"\r\nSub AutoOpen()\r\nShell \"cmd\"\r\nEnd Sub\r\n";
        let stream = [&b"p-code"[..], &module(source)].concat();
        assert_eq!(auto(&super::source(&stream).unwrap()).as_deref(), Some("autoopen, shell"));
        assert_eq!(auto("Sub Total()\r\nEnd Sub"), None);
    }

    #[test]
    fn copies_that_point_before_the_beginning_end_the_chunk() {
        for packed in [&[1, 0x02, 0xb0, 0xff, 0xff, 0xff][..], &[1, 0xff, 0xff], &[1], &[]] {
            let _ = unpack(packed);
        }
    }
}
