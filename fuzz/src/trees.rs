//! A target that makes a mail of a tree and wants the tree back.

use gosanke::message::{Content, Message};

/// A part of the tree.
enum Node {
    Multipart(&'static str, Vec<Self>),
    Message(Box<Self>),
    Text(&'static str, Vec<u8>),
    Binary(Vec<u8>),
}

const DEEPEST: usize = 12;
const MOST: usize = 60;

/// Takes choices off the front of bytes; zero where there are none left.
struct Choices<'a>(&'a [u8], usize);

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn bytes(&mut self) -> Vec<u8> {
        let count = usize::from(self.next() % 24).min(self.0.len());
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken.to_vec()
    }

    fn node(&mut self, depth: usize) -> Node {
        self.1 += 1;
        let open = depth < DEEPEST && self.1 < MOST;
        match self.next() % 6 {
            0 | 1 if open => {
                let kind = ["mixed", "alternative", "related", "digest"][usize::from(self.next() % 3)];
                let count = 1 + self.next() % 4;
                Node::Multipart(kind, (0..count).map(|_| self.node(depth + 1)).collect())
            }
            2 if open => Node::Message(Box::new(self.node(depth + 1))),
            3 => Node::Binary(self.bytes()),
            4 => Node::Text("text/html", self.words()),
            _ => Node::Text("text/plain", self.words()),
        }
    }

    /// A line that is neither empty nor a delimiter.
    fn words(&mut self) -> Vec<u8> {
        let mut line = b"w".to_vec();
        line.extend(self.bytes().iter().map(|byte| b'a' + byte % 26));
        line
    }
}

fn write(node: &Node, number: &mut usize, crlf: bool, out: &mut Vec<u8>) {
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let field = |out: &mut Vec<u8>, text: &str| {
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(end);
    };
    match node {
        Node::Multipart(kind, children) => {
            *number += 1;
            // No boundary is the beginning of another one.
            let boundary = format!("=_{number:04}x");
            field(out, &format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\""));
            field(out, "");
            for child in children {
                field(out, &format!("--{boundary}"));
                write(child, number, crlf, out);
                field(out, "");
            }
            field(out, &format!("--{boundary}--"));
        }
        Node::Message(inner) => {
            field(out, "Content-Type: message/rfc822");
            field(out, "");
            field(out, "Subject: inner");
            field(out, "MIME-Version: 1.0");
            write(inner, number, crlf, out);
        }
        Node::Text(kind, words) => {
            field(out, &format!("Content-Type: {kind}; charset=us-ascii"));
            field(out, "");
            out.extend_from_slice(words);
        }
        Node::Binary(bytes) => {
            field(out, "Content-Type: application/octet-stream; name=\"a.bin\"");
            field(out, "Content-Transfer-Encoding: base64");
            field(out, "");
            out.extend_from_slice(super::attached::base64(bytes).as_bytes());
        }
    }
}

/// Depth and content of each part in document order.
fn list(node: &Node, depth: usize, out: &mut Vec<(usize, String)>) {
    match node {
        Node::Multipart(kind, children) => {
            out.push((depth, format!("multipart/{kind}")));
            for child in children {
                list(child, depth + 1, out);
            }
        }
        Node::Message(inner) => {
            out.push((depth, "message/rfc822".to_owned()));
            list(inner, depth + 1, out);
        }
        Node::Text(kind, words) => out.push((depth, format!("{kind} {}", String::from_utf8_lossy(words)))),
        Node::Binary(bytes) => out.push((depth, format!("binary {bytes:?}"))),
    }
}

/// The parts of a mail that was made of a tree are the tree.
pub fn mime_struct(bytes: &[u8]) {
    let mut choices = Choices(bytes, 0);
    let crlf = choices.next() % 2 == 1;
    let tree = choices.node(0);
    let mut mail = Vec::new();
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    for field in ["From: a@one.example", "MIME-Version: 1.0"] {
        mail.extend_from_slice(field.as_bytes());
        mail.extend_from_slice(end);
    }
    write(&tree, &mut 0, crlf, &mut mail);
    mail.extend_from_slice(end);
    let mut wanted = Vec::new();
    list(&tree, 0, &mut wanted);
    let found: Vec<(usize, String)> = Message::parse(&mail)
        .parts
        .iter()
        .map(|part| {
            let what = match &part.content {
                Content::Multipart | Content::Message(_) => part.media_type.clone(),
                Content::Text(text) => format!("text/plain {}", text.trim_ascii_end()),
                Content::Html(text) => format!("text/html {}", text.trim_ascii_end()),
                Content::Binary(bytes) => format!("binary {bytes:?}"),
            };
            (part.depth, what)
        })
        .collect();
    assert_eq!(found, wanted, "\n{}", String::from_utf8_lossy(&mail));
    super::mime(&mail);
}
