//! Under which state of a mailbox its rows were kept: what has to be the same for them to be taken whole.

use crate::mailbox::Standing;

use super::super::rows::encode::{Sealed, unsealed};

const STATE: [u8; 4] = *b"gss1";

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::tui) struct State {
    /// The mailbox stood still while it was listed, long enough for its times to tell a change.
    pub(in crate::tui) exact: bool,
    /// How it stood; `None` where only its files can tell.
    pub(in crate::tui) standing: Option<Standing>,
    /// Rows of all batches.
    pub(in crate::tui) rows: u64,
    /// The sum of each batch, in order.
    pub(in crate::tui) sums: Vec<u64>,
}

impl State {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Sealed::new(STATE, 80 + self.sums.len() * 8);
        let standing = self.standing.unwrap_or_default();
        let numbers = [
            u64::from(self.exact) | u64::from(self.standing.is_some()) << 1,
            standing.device,
            standing.inode,
            standing.size,
            standing.changed.0 as u64,
            standing.changed.1,
            standing.touched.0 as u64,
            standing.touched.1,
            standing.ends,
            self.rows,
            self.sums.len() as u64,
        ];
        for number in numbers.iter().chain(&self.sums) {
            out.put(&number.to_le_bytes());
        }
        out.done()
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = unsealed(STATE, bytes)?;
        let bits = from.u64()?;
        let standing = Standing {
            device: from.u64()?,
            inode: from.u64()?,
            size: from.u64()?,
            changed: (from.u64()? as i64, from.u64()?),
            touched: (from.u64()? as i64, from.u64()?),
            ends: from.u64()?,
        };
        let (rows, count) = (from.u64()?, from.u64()?);
        if bits > 3 || count > bytes.len() as u64 / 8 {
            return None;
        }
        let sums = (0..count).map(|_| from.u64()).collect::<Option<Vec<u64>>>()?;
        from.end()?;
        Some(Self { exact: bits & 1 != 0, standing: (bits & 2 != 0).then_some(standing), rows, sums })
    }
}

/// The sum of a piece: its length and its checksum. The keys inside rest on a secret, so nobody can make two pieces that
/// have one sum.
pub(super) fn sum_of(piece: &[u8]) -> Option<u64> {
    let crc = piece.last_chunk::<4>().copied().map(u32::from_le_bytes)?;
    Some(u64::from(crc) << 32 | u64::from(piece.len() as u32))
}
