//! A DNS server on loopback: answers by the name, after a while, and remembers what it heard. UDP only, a thread of its
//! own; the bytes are put together by hand, so that it shares no code with what it tests.

#![allow(dead_code, unreachable_pub, reason = "several tests share it, and none uses all of it")]

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The server; its thread ends with the program.
pub struct NameServer {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    delay: Arc<AtomicU64>,
}

impl NameServer {
    /// Starts one that answers after `delay`.
    pub fn start(delay: Duration) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        // Short waits, so that delayed answers leave in time.
        socket.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        let address = socket.local_addr().unwrap();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let delay = Arc::new(AtomicU64::new(delay.as_millis() as u64));
        let (told, wait) = (Arc::clone(&heard), Arc::clone(&delay));
        std::thread::spawn(move || {
            let mut buffer = [0; 2048];
            let mut later: BinaryHeap<Reverse<(Instant, SocketAddr, Vec<u8>)>> = BinaryHeap::new();
            loop {
                if let Ok((size, from)) = socket.recv_from(&mut buffer)
                    && let Some((question, reply)) = answer(&buffer[..size])
                {
                    // By these it is only found out whether it can be believed.
                    if question != "NS " && !question.ends_with(".invalid.") {
                        told.lock().unwrap().push(question);
                    }
                    later.push(Reverse((
                        Instant::now() + Duration::from_millis(wait.load(Ordering::SeqCst)),
                        from,
                        reply,
                    )));
                }
                while later.peek().is_some_and(|Reverse((at, ..))| *at <= Instant::now()) {
                    let Some(Reverse((_, to, reply))) = later.pop() else { break };
                    let _ = socket.send_to(&reply, to);
                }
            }
        });
        Self { address, heard, delay }
    }

    /// Every question so far, `A example.com.`, each once.
    pub fn heard(&self) -> BTreeSet<String> {
        self.heard.lock().unwrap().iter().cloned().collect()
    }

    /// Every packet so far.
    pub fn packets(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// How many packets begin so. Cheaper than [`NameServer::heard`], which copies everything.
    pub fn count(&self, start: &str) -> usize {
        self.heard.lock().unwrap().iter().filter(|one| one.starts_with(start)).count()
    }

    /// Forgets what it heard.
    pub fn forget(&self) {
        self.heard.lock().unwrap().clear();
    }

    /// Answers after another while from now on.
    pub fn delay(&self, delay: Duration) {
        self.delay.store(delay.as_millis() as u64, Ordering::SeqCst);
    }
}

/// The question in words, and the packet that answers it.
fn answer(packet: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut name = String::new();
    let mut at = 12;
    while *packet.get(at)? != 0 {
        let length = usize::from(packet[at]);
        name.push_str(&String::from_utf8_lossy(packet.get(at + 1..=at + length)?).to_ascii_lowercase());
        name.push('.');
        at += 1 + length;
    }
    let end = at + 5;
    let kind = u16::from_be_bytes([packet[at + 1], packet[at + 2]]);
    let word = match kind {
        1 => "A",
        2 => "NS",
        6 => "SOA",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        257 => "CAA",
        _ => "other",
    };
    // A number of its own for each name.
    let own = name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())).to_be_bytes();
    let data = match kind {
        // A public address that nobody has looked up.
        1 if name.ends_with(".invalid.") => None,
        2 if name.is_empty() => Some(labels("ns.example.net")),
        1 => Some(vec![11, own[1] % 200 + 1, own[2], own[3] % 200 + 1]),
        12 => Some(labels("host.example.net")),
        15 => Some([vec![0, 10], labels("mx.example.net")].concat()),
        16 if name.starts_with('s') => {
            let text = b"v=spf1 -all";
            Some([vec![text.len() as u8], text.to_vec()].concat())
        }
        _ => None,
    };
    // One sender in four is broken.
    let failed = name.starts_with('s') && own[3] % 4 == 0;
    let mut reply = packet.get(..end)?.to_vec();
    reply[2] = 0x81;
    let nowhere = name.ends_with(".invalid.");
    reply[3] = if nowhere { 0x83 } else { 0x80 | (u8::from(failed) * 2) };
    reply[6..12].copy_from_slice(&[0; 6]);
    if let (Some(data), false) = (data, failed) {
        reply[7] = 1;
        reply.extend([0xc0, 12]);
        reply.extend(kind.to_be_bytes());
        reply.extend([0, 1, 0, 0, 14, 16]);
        reply.extend((data.len() as u16).to_be_bytes());
        reply.extend(data);
    }
    Some((format!("{word} {name}"), reply))
}

fn labels(name: &str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    for label in name.split('.') {
        out.push(label.len() as u8);
        out.extend(label.as_bytes());
    }
    out.push(0);
    out
}
