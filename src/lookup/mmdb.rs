//! Writes small MaxMind DB files for the tests of this room. Never part of the program.

/// A value in a database.
#[derive(Clone)]
pub(crate) enum Value {
    Text(&'static str),
    Bytes(Vec<u8>),
    Short(u16),
    Number(u32),
    Long(u64),
    Double(f64),
    Truth(bool),
    Map(Vec<(&'static str, Value)>),
    List(Vec<Value>),
}

/// `{"a": value, ...}`.
pub(crate) fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::Map(entries.into())
}

/// The names of a GeoIP2 thing: `{"names": {"en": name}}`.
pub(crate) fn named(name: &'static str) -> Value {
    map([("names", map([("en", Value::Text(name))]))])
}

fn control(kind: u8, size: usize, out: &mut Vec<u8>) {
    let (low, extra): (u8, Vec<u8>) = match size {
        0..29 => (size as u8, vec![]),
        29..285 => (29, vec![(size - 29) as u8]),
        _ => (30, vec![((size - 285) >> 8) as u8, (size - 285) as u8]),
    };
    if kind > 7 {
        out.extend([low, kind - 7]);
    } else {
        out.push((kind << 5) | low);
    }
    out.extend(extra);
}

fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => {
            control(2, text.len(), out);
            out.extend(text.as_bytes());
        }
        Value::Bytes(bytes) => {
            control(2, bytes.len(), out);
            out.extend(bytes);
        }
        Value::Number(number) => {
            control(6, 4, out);
            out.extend(number.to_be_bytes());
        }
        Value::Short(number) => {
            control(5, 2, out);
            out.extend(number.to_be_bytes());
        }
        Value::Long(number) => {
            control(9, 8, out);
            out.extend(number.to_be_bytes());
        }
        Value::Double(number) => {
            control(3, 8, out);
            out.extend(number.to_be_bytes());
        }
        Value::Truth(truth) => control(14, usize::from(*truth), out),
        Value::Map(entries) => {
            control(7, entries.len(), out);
            for (key, value) in entries {
                encode(&Value::Text(key), out);
                encode(value, out);
            }
        }
        Value::List(items) => {
            control(11, items.len(), out);
            for item in items {
                encode(item, out);
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Record {
    Empty,
    Node(usize),
    Data(usize),
}

/// The bytes of a database of kind `kind` with one row per IPv4 prefix.
pub(crate) fn write(kind: &'static str, epoch: u64, rows: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Record::Empty; 2]];
    let mut data = Vec::new();
    for (prefix, value) in rows {
        let (address, length) = prefix.split_once('/').unwrap();
        let address: std::net::Ipv4Addr = address.parse().unwrap();
        let bits = u128::from(address.to_bits());
        let length = 96 + length.parse::<usize>().unwrap();
        let offset = data.len();
        encode(value, &mut data);
        let mut at = 0;
        for depth in 0..length {
            let side = ((bits >> (127 - depth)) & 1) as usize;
            if depth + 1 == length {
                nodes[at][side] = Record::Data(offset);
            } else if let Record::Node(next) = nodes[at][side] {
                at = next;
            } else {
                nodes.push([Record::Empty; 2]);
                let next = nodes.len() - 1;
                nodes[at][side] = Record::Node(next);
                at = next;
            }
        }
    }
    let count = nodes.len();
    let mut out = Vec::new();
    for record in nodes.iter().flatten() {
        let number = match record {
            Record::Empty => count,
            Record::Node(next) => *next,
            Record::Data(offset) => count + 16 + offset,
        };
        out.extend(&(number as u32).to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    encode(
        &map([
            ("binary_format_major_version", Value::Short(2)),
            ("binary_format_minor_version", Value::Short(0)),
            ("build_epoch", Value::Long(epoch)),
            ("database_type", Value::Text(kind)),
            ("description", map([("en", Value::Text("test"))])),
            ("ip_version", Value::Short(6)),
            ("languages", Value::List(vec![Value::Text("en")])),
            ("node_count", Value::Number(count as u32)),
            ("record_size", Value::Short(24)),
        ]),
        &mut out,
    );
    out
}
