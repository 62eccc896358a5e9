//! A name server on loopback whose names tell how it answers: well, wrong, forged, broken or not at all. It writes down
//! what it was asked and judges nothing; it must never send a packet that nobody asked for.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use hickory_resolver::proto::op::{Message, MessageType, Query, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, CNAME, MX, NS, PTR, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

use crate::lookup::dns::read::plain;

/// Every question that reached the server, by name (lower case) and type.
type Seen = Arc<Mutex<BTreeMap<(String, RecordType), usize>>>;

pub(super) struct Teacher {
    pub(super) address: SocketAddr,
    pub(super) seen: Seen,
}

impl Teacher {
    /// Starts a server for UDP and TCP on one port.
    pub(super) async fn start() -> Self {
        let (udp, tcp) = loop {
            let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
                break (udp, tcp);
            }
        };
        let (address, seen) = (tcp.local_addr().unwrap(), Seen::default());
        let heard = Arc::clone(&seen);
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            loop {
                let (size, from) = udp.recv_from(&mut buffer).await.unwrap();
                for packet in answer(&buffer[..size], &heard, true) {
                    udp.send_to(&packet, from).await.unwrap();
                }
            }
        });
        let heard = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = tcp.accept().await.unwrap();
                let heard = Arc::clone(&heard);
                tokio::spawn(async move {
                    while let Ok(size) = stream.read_u16().await {
                        let mut question = vec![0; size.into()];
                        stream.read_exact(&mut question).await.unwrap();
                        for packet in answer(&question, &heard, false) {
                            stream.write_u16(packet.len() as u16).await.unwrap();
                            stream.write_all(&packet).await.unwrap();
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub(super) fn total(&self) -> usize {
        self.seen.lock().unwrap().values().sum()
    }
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn a(last: u8) -> RData {
    RData::A(A(Ipv4Addr::new(192, 0, 2, last)))
}

fn aaaa(last: u16) -> RData {
    RData::AAAA(AAAA(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)))
}

/// The packets that answer a question.
fn answer(question: &[u8], seen: &Seen, udp: bool) -> Vec<Vec<u8>> {
    let asked = Message::from_vec(question).unwrap();
    let query = asked.queries[0].clone();
    let host = format!("{}.", plain(query.name()));
    let kind = query.query_type();
    // Control questions are counted by the tests that are about them.
    let control = host == "." || host.ends_with(".invalid.");
    if !control {
        *seen.lock().unwrap().entry((host.clone(), kind)).or_default() += 1;
    }

    let mut reply = Message::new(asked.metadata.id, MessageType::Response, asked.metadata.op_code);
    reply.metadata.recursion_available = true;
    reply.metadata.recursion_desired = true;
    reply.add_query(query.clone());
    let mut add = |owner: &Name, ttl: u32, data: RData| {
        reply.add_answer(Record::from_rdata(owner.clone(), ttl, data));
    };
    let own = query.name().clone();
    match (host.as_str(), kind) {
        (".", RecordType::NS) => add(&own, 300, RData::NS(NS(name("ns.test.")))),
        ("good.test.", RecordType::A) => [7, 8, 7].map(|n| add(&own, 300, a(n))).into_iter().collect(),
        ("good.test.", RecordType::AAAA) => add(&own, 200, aaaa(7)),
        ("four.test." | "half.test.", RecordType::A) => add(&own, 300, a(4)),
        ("signed.test.", RecordType::A) => {
            reply.metadata.authentic_data = true;
            reply.add_answer(Record::from_rdata(own, 300, a(5)));
        }
        ("inside.test.", RecordType::A) => {
            for address in [[127, 0, 0, 1], [169, 254, 169, 254], [10, 0, 0, 1]] {
                add(&own, 300, RData::A(A(Ipv4Addr::from(address))));
            }
        }
        ("user+tag=x.spf.test.", RecordType::A) => add(&own, 300, a(5)),
        ("chain.test.", kind) => {
            add(&own, 300, RData::CNAME(CNAME(name("middle.test."))));
            add(&name("middle.test."), 90, RData::CNAME(CNAME(name("good.test."))));
            if kind == RecordType::A {
                add(&name("good.test."), 300, a(7));
            }
        }
        ("loop.test.", _) => add(&own, 300, RData::CNAME(CNAME(own.clone()))),
        ("many.test.", RecordType::A) if !udp => {
            for n in 0..2_000_u16 {
                let [high, low] = n.to_be_bytes();
                add(&own, 300, RData::A(A(Ipv4Addr::new(198, 18, high, low))));
            }
        }
        ("many.test.", RecordType::A) => reply.metadata.truncation = true,
        ("mail.test.", RecordType::MX) => {
            add(&own, 300, RData::MX(MX::new(20, name("Backup.mail.test."))));
            add(&own, 300, RData::MX(MX::new(10, name("mx.mail.test."))));
        }
        ("nomail.test.", RecordType::MX) => add(&own, 300, RData::MX(MX::new(0, Name::root()))),
        ("7.2.0.192.in-addr.arpa.", RecordType::PTR) => {
            add(&own, 300, RData::PTR(PTR(name("Host.Good.test."))));
            let odd = Name::from_labels(vec![b"a\x1b[2J\n\0" as &[u8], "\u{202e}é".as_bytes(), b"test"]).unwrap();
            add(&own, 300, RData::PTR(PTR(odd)));
        }
        (name, _) if NO_MORE.contains(&name) => {}
        ("fail.test." | "half.test.", _) => reply.metadata.response_code = ResponseCode::ServFail,
        ("refused.test.", _) => reply.metadata.response_code = ResponseCode::Refused,
        ("silent.test.", _) => return vec![],
        ("garbage.test.", _) => return vec![vec![0xff; 40], question[..5].to_vec(), vec![]],
        ("forged.test.", _) => {
            reply.add_answer(Record::from_rdata(own, 300, a(66)));
            reply.metadata.id = reply.metadata.id.wrapping_add(1);
        }
        ("other.test.", _) => {
            // An answer to another question than was asked.
            reply.queries.clear();
            reply.add_query(Query::query(name("good.test."), kind));
            reply.add_answer(Record::from_rdata(name("good.test."), 300, a(66)));
        }
        // The same over TCP, where only the number of a question is compared.
        ("swapped.test." | "denied.test." | "mute.test.", _) if udp => reply.metadata.truncation = true,
        ("swapped.test." | "denied.test.", _) => {
            reply.queries.clear();
            reply.add_query(Query::query(name("good.test."), kind));
            if host == "swapped.test." {
                reply.add_answer(Record::from_rdata(name("good.test."), 300, a(66)));
            } else {
                reply.metadata.response_code = ResponseCode::NXDomain;
            }
        }
        ("mute.test.", _) => {
            reply.queries.clear();
            reply.add_answer(Record::from_rdata(own, 300, a(66)));
        }
        ("control.test.", RecordType::TXT) => {
            add(&own, 300, RData::TXT(TXT::from_bytes(vec![b"\x1b]0;x\x07", b"a\n\0b\\"])));
        }
        ("huge.test.", RecordType::TXT) if !udp => {
            let mut packet = reply.to_vec().unwrap();
            packet[6..8].copy_from_slice(&4_000_u16.to_be_bytes());
            for n in 0..4_000_u16 {
                let [high, low] = n.to_be_bytes();
                packet.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 1, 44, 0, 3, 2, high, low]);
            }
            return vec![packet];
        }
        ("long.test.", RecordType::TXT) if !udp => {
            let part = [b'x'; 255];
            add(&own, 300, RData::TXT(TXT::from_bytes(vec![&part; 235])));
        }
        ("huge.test." | "long.test." | "short.test.", _) => reply.metadata.truncation = true,
        ("question.test.", _) => {
            // A question where an answer should be.
            reply.metadata.message_type = MessageType::Query;
        }
        ("foreign.test.", RecordType::A) => add(&name("elsewhere.test."), 300, a(66)),
        (_, RecordType::A | RecordType::AAAA) if broken(&host).is_some() => {
            let mut packet = reply.to_vec().unwrap();
            let (answers, rest) = broken(&host).unwrap();
            packet[6..8].copy_from_slice(&answers.to_be_bytes());
            if host == "pair.test." {
                let at = packet.len() as u16;
                packet.extend((0xc000 | (at + 2)).to_be_bytes());
                packet.extend((0xc000 | at).to_be_bytes());
            } else if host == "pointer.test." {
                let at = packet.len() as u16;
                packet.extend((0xc000 | at).to_be_bytes());
            }
            packet.extend(rest);
            return vec![packet];
        }
        _ => reply.metadata.response_code = ResponseCode::NXDomain,
    }
    vec![reply.to_vec().unwrap()]
}

/// Names that have nothing of the other kinds.
const NO_MORE: &[&str] =
    &["good.test.", "four.test.", "many.test.", "mail.test.", "signed.test.", "inside.test.", "user+tag=x.spf.test."];

/// Number of answers that a broken packet claims, and what stands where its first answer should be.
fn broken(host: &str) -> Option<(u16, Vec<u8>)> {
    let record = |owner: &[u8], length: u16| {
        let mut bytes = owner.to_vec();
        bytes.extend([0, 1, 0, 1, 0, 0, 0, 60]);
        bytes.extend(length.to_be_bytes());
        bytes.extend([192, 0, 2, 66]);
        bytes
    };
    Some(match host {
        // Compression pointers that point at themselves, and at each other.
        "pointer.test." | "pair.test." => (1, record(&[], 4)),
        "count.test." => (65_535, record(&[0xc0, 12], 4)),
        "beyond.test." => (1, record(&[0xc0, 12], 60_000)),
        "name.test." => {
            let owner: Vec<u8> = [[59; 60]; 5].concat().into_iter().chain([0]).collect();
            (1, record(&owner, 4))
        }
        "label40.test." => (1, record(&[0x40, b'a', 0], 4)),
        "label80.test." => (1, record(&[0x80, b'a', 0], 4)),
        "tail.test." => (1, Vec::new()),
        _ => return None,
    })
}
