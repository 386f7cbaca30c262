//! ChaCha8, keyed by the seed, a stream for each call.

/// The words that a ChaCha state begins with: "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The random numbers of one call, a block of eight at a time.
pub struct Chance {
    block: [u64; 8],
    next_block: u32,
    used: u8,
}

impl Chance {
    pub fn new() -> Chance {
        Chance { block: [0; 8], next_block: 0, used: 8 }
    }

    /// The next 64 random bits of `call`.
    pub fn next(&mut self, seed: u64, call: u32) -> u64 {
        if self.used == 8 {
            let key = [seed as u32, (seed >> 32) as u32, 0, 0, 0, 0, 0, 0];
            let words = chacha8(key, u64::from(self.next_block), u64::from(call));
            self.block = std::array::from_fn(|i| u64::from(words[2 * i]) | u64::from(words[2 * i + 1]) << 32);
            self.next_block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[usize::from(self.used - 1)]
    }
}

/// One block of ChaCha with eight rounds.
fn chacha8(key: [u32; 8], block: u64, stream: u64) -> [u32; 16] {
    let mut start = [0; 16];
    start[..4].copy_from_slice(&CONSTANTS);
    start[4..12].copy_from_slice(&key);
    start[12..].copy_from_slice(&[block as u32, (block >> 32) as u32, stream as u32, (stream >> 32) as u32]);
    let mut x = start;
    for _ in 0..4 {
        for column in 0..4 {
            quarter_round(&mut x, [column, column + 4, column + 8, column + 12]);
        }
        for diagonal in 0..4 {
            let [b, c, d] = [1, 2, 3].map(|row| 4 * row + (diagonal + row) % 4);
            quarter_round(&mut x, [diagonal, b, c, d]);
        }
    }
    std::array::from_fn(|i| x[i].wrapping_add(start[i]))
}

fn quarter_round(x: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (first, second) in [(16, 12), (8, 7)] {
        x[a] = x[a].wrapping_add(x[b]);
        x[d] = (x[d] ^ x[a]).rotate_left(first);
        x[c] = x[c].wrapping_add(x[d]);
        x[b] = (x[b] ^ x[c]).rotate_left(second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_zeros_has_the_known_answer() {
        // ECRYPT's test of ChaCha8 with a key of 256 zero bits and no stream.
        let words = chacha8([0; 8], 0, 0);
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let expected = [
            0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1, 0x2c, 0x84,
            0x0e, 0xc3, 0xce, 0x9a, 0x7f, 0x3b, 0x18, 0x1b, 0xe1, 0x88, 0xef, 0x71, 0x1a, 0x1e,
        ];
        assert_eq!(bytes[..32], expected);
    }
}
