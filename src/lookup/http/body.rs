//! Unpacks a body as it comes: at most one layer of gzip or deflate (RFC 9110 section 8.4.1), bounded after unpacking.
//! Never holds more than a few megabytes, however far a bomb expands.

use std::io::{self, Write};

use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::{Cut, Response, Sink};
use crate::facts::phrases::connection;
use crate::lookup::dial::Failure;

/// Packed bytes that are unpacked at once; deflate expands them at most 1,032 times.
const PIECE: usize = 4 << 10;

/// Unpacks.
pub(super) struct Unpacker {
    layer: Layer,
    /// Bytes that may still come, packed.
    raw: usize,
}

enum Layer {
    Plain(Room),
    Gzip(Box<GzDecoder<Room>>),
    /// Deflate before its first byte: with the frame of zlib as it should be, or bare as some servers send it.
    Undecided(Room),
    Zlib(Box<ZlibDecoder<Room>>),
    Bare(Box<DeflateDecoder<Room>>),
    Ended,
}

/// What comes out, up to a limit.
#[derive(Default)]
struct Room {
    out: Vec<u8>,
    left: usize,
    full: bool,
}

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.left);
        self.out.extend(bytes.iter().take(taken));
        self.left -= taken;
        if taken < bytes.len() {
            self.full = true;
            return Err(io::Error::other("the body is longer than is allowed"));
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Unpacker {
    /// For a body with these header fields. Says as well where its encoding is none that is undone.
    pub(super) fn new(response: &Response, limit: usize) -> (Self, Option<Cut>) {
        let mut names: Vec<String> = response
            .headers
            .iter()
            .filter(|(name, _)| name == "content-encoding")
            .flat_map(|(_, value)| value.split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty() && name != "identity")
            .collect();
        let room = Room { left: limit, ..Room::default() };
        let only = if names.len() == 1 { names.pop() } else { None };
        let (layer, cut) = match (names.is_empty(), only.as_deref()) {
            (_, Some("gzip" | "x-gzip")) => (Layer::Gzip(Box::new(GzDecoder::new(room))), None),
            (_, Some("deflate")) => (Layer::Undecided(room), None),
            (true, None) => (Layer::Plain(room), None),
            _ => (Layer::Plain(room), Some(Cut::Encoded)),
        };
        (Self { layer, raw: limit }, cut)
    }

    /// The next bytes as they came. `Some` where no more are wanted.
    pub(super) fn take(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<Option<Cut>, Failure> {
        let allowed = bytes.len().min(self.raw);
        self.raw -= allowed;
        let short = allowed < bytes.len();
        for piece in bytes.get(..allowed).unwrap_or_default().chunks(PIECE) {
            self.decide(piece);
            let outcome = match &mut self.layer {
                Layer::Plain(room) | Layer::Undecided(room) => room.write_all(piece),
                Layer::Gzip(decoder) => decoder.write_all(piece),
                Layer::Zlib(decoder) => decoder.write_all(piece),
                Layer::Bare(decoder) => decoder.write_all(piece),
                Layer::Ended => return Ok(None),
            };
            let full = self.drain(sink)?;
            match outcome {
                Err(_) if full => return Ok(Some(Cut::Bytes)),
                // Bytes behind the end of what was packed say nothing.
                Err(error) if error.kind() == io::ErrorKind::WriteZero => {
                    self.layer = Layer::Ended;
                    return Ok(None);
                }
                Err(_) => return Ok(Some(Cut::Damaged)),
                Ok(()) => {}
            }
        }
        Ok(short.then_some(Cut::Bytes))
    }

    /// The end has come: what is still inside goes out, and an end that came too early is told.
    pub(super) fn finish(&mut self, sink: &mut dyn Sink) -> Result<Option<Cut>, Failure> {
        let outcome = match &mut self.layer {
            // An answer without a body (to HEAD, or 304) may name an encoding all the same.
            Layer::Gzip(decoder) if decoder.header().is_some() => decoder.try_finish(),
            Layer::Zlib(decoder) if decoder.total_in() > 0 => decoder.try_finish(),
            Layer::Bare(decoder) if decoder.total_in() > 0 => decoder.try_finish(),
            _ => Ok(()),
        };
        let full = self.drain(sink)?;
        Ok(match outcome {
            Ok(()) => None,
            Err(_) if full => Some(Cut::Bytes),
            Err(_) => Some(Cut::Damaged),
        })
    }

    /// Zlib's first byte says deflate with a window (RFC 1950 section 2.2): no sensible bare stream begins so.
    fn decide(&mut self, piece: &[u8]) {
        if let (Layer::Undecided(room), Some(first)) = (&mut self.layer, piece.first()) {
            let room = std::mem::take(room);
            self.layer = if first & 0x8f == 0x08 {
                Layer::Zlib(Box::new(ZlibDecoder::new(room)))
            } else {
                Layer::Bare(Box::new(DeflateDecoder::new(room)))
            };
        }
    }

    /// Hands on what came out. True where the limit was met.
    fn drain(&mut self, sink: &mut dyn Sink) -> Result<bool, Failure> {
        let room = match &mut self.layer {
            Layer::Plain(room) | Layer::Undecided(room) => room,
            Layer::Gzip(decoder) => decoder.get_mut(),
            Layer::Zlib(decoder) => decoder.get_mut(),
            Layer::Bare(decoder) => decoder.get_mut(),
            Layer::Ended => return Ok(false),
        };
        if !room.out.is_empty() {
            sink.take(&room.out).map_err(|_| Failure::Because(connection::NOT_KEPT))?;
            room.out.clear();
        }
        Ok(room.full)
    }
}
