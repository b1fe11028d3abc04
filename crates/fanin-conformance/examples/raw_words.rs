//! Writes the raw random words as bytes to standard output, endlessly, for test batteries of random generators.
//!
//! `raw_words parameter SEED` writes the words of one parameter in the order of its elements: word `(i / 64) % 4` of
//! block `64 (i / 256) + i % 64`. `raw_words names SEED` writes the first tile of `layers.0.weight`, then of
//! `layers.1.weight`, and so on; `raw_words seeds SEED` the first tile of `layers.0.weight` under `SEED`, `SEED + 1`,
//! and so on. A tile is 256 elements, 1 KiB; words are little-endian. It stops when its reader does.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use fanin_core::values::Stream;

/// Blocks in a tile.
const LANES: u64 = 64;
/// Tiles written at a time.
const TILES: u64 = 256;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let order = match arguments.as_slice() {
        [order, seed] => seed.parse().ok().and_then(|seed| Order::named(order, seed)),
        _ => None,
    };
    let Some(order) = order else {
        eprintln!("usage: raw_words parameter|names|seeds SEED, a number from 0 to 2^64 - 1");
        return ExitCode::from(2);
    };
    match write_without_end(order, &mut std::io::stdout().lock()) {
        ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        kind => {
            eprintln!("raw_words: standard output: {kind}");
            ExitCode::FAILURE
        }
    }
}

/// The order of the tiles.
#[derive(Clone, Copy, Debug)]
enum Order {
    Parameter(Stream),
    Names(u64),
    Seeds(u64),
}

impl Order {
    fn named(name: &str, seed: u64) -> Option<Self> {
        match name {
            "parameter" => Some(Self::Parameter(Stream::values(seed, "layers.0.weight"))),
            "names" => Some(Self::Names(seed)),
            "seeds" => Some(Self::Seeds(seed)),
            _ => None,
        }
    }

    /// Returns the stream of the tile with this number in the order, and the tile's index in that stream.
    fn tile(self, number: u64) -> (Stream, u64) {
        match self {
            Self::Parameter(stream) => (stream, number),
            Self::Names(seed) => (Stream::values(seed, &format!("layers.{number}.weight")), 0),
            Self::Seeds(first) => (Stream::values(first.wrapping_add(number), "layers.0.weight"), 0),
        }
    }
}

/// Writes until the output ends, and returns the reason.
fn write_without_end(order: Order, out: &mut impl Write) -> ErrorKind {
    let mut bytes = Vec::new();
    for first in (0..).step_by(256) {
        bytes.clear();
        for number in first..first + TILES {
            push_tile(order.tile(number), &mut bytes);
        }
        if let Err(error) = out.write_all(&bytes) {
            return error.kind();
        }
    }
    ErrorKind::Other
}

/// Appends the words of a tile in the order of its elements.
fn push_tile((stream, tile): (Stream, u64), bytes: &mut Vec<u8>) {
    let blocks: Vec<[u32; 4]> = (0..LANES).map(|lane| stream.block(tile * LANES + lane)).collect();
    for word in 0..4 {
        for block in &blocks {
            bytes.extend_from_slice(&block[word].to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uniform values reveal the upper 24 bits of their words.
    #[test]
    fn the_words_are_those_of_the_values() {
        let mut values = vec![0_f32; 1024];
        let stream = Stream::values(7, "layers.0.weight");
        fanin_core::values::fill_uniform(stream, 0, &mut values, 0.0, 1.0).unwrap();
        let mut bytes = Vec::new();
        for number in 0..4 {
            push_tile(Order::named("parameter", 7).unwrap().tile(number), &mut bytes);
        }
        let (words, _) = bytes.as_chunks::<4>();
        for (value, word) in values.iter().zip(words) {
            #[expect(clippy::cast_precision_loss, reason = "24 bits are exact")]
            let unit = (u32::from_le_bytes(*word) >> 8) as f32 / 16_777_216.0;
            assert_eq!(unit, *value);
        }
        assert_eq!(values.len(), words.len());
        for order in ["names", "seeds"] {
            let mut first = Vec::new();
            push_tile(Order::named(order, 7).unwrap().tile(0), &mut first);
            assert_eq!(first, bytes[..1024], "{order}");
        }
    }
}
