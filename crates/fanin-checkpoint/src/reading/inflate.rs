//! Inflates compressed bytes within a memory bound.

use std::io::{BufRead, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

/// The maximum expansion of deflate: a run of 258 bytes in two bits.
const DENSEST: usize = 1032;

/// Weights compress little, zeros a thousandfold. Up to this size, any expansion is allowed ...
const LARGEST_BOMB: usize = 256 << 20;

/// ... and beyond it, this many bytes for each byte in the file.
const LARGEST_RATIO: usize = 64;

/// Checks that deflated bytes may expand to `size` bytes.
pub(super) fn check(deflated: usize, size: usize) -> Result<(), String> {
    if size > deflated.saturating_mul(DENSEST) {
        return Err(format!(
            "declares {size} bytes, but {deflated} deflated bytes expand to at most {DENSEST} bytes each"
        ));
    }
    if size > LARGEST_BOMB.max(deflated.saturating_mul(LARGEST_RATIO)) {
        return Err(format!(
            "expands from {deflated} to {size} bytes; above {LARGEST_BOMB} bytes the limit is {LARGEST_RATIO} to 1"
        ));
    }
    Ok(())
}

/// Inflates all bytes; there must be exactly `size` of them, with the checksum `crc`.
pub(super) fn inflate(deflated: &[u8], size: usize, crc: u32) -> Result<Vec<u8>, String> {
    check(deflated.len(), size)?;
    let mut out = Vec::new();
    out.try_reserve_exact(size).map_err(|_| format!("needs {size} bytes of memory, more than available"))?;
    let mut decoder = DeflateDecoder::new(deflated);
    read(&mut decoder, size, &mut out)?;
    if out.len() < size {
        return Err(format!("declares {size} bytes but contains {}", out.len()));
    }
    if decoder.read(&mut [0]).map_err(|error| damaged(&error))? > 0 {
        return Err(format!("declares {size} bytes but contains more"));
    }
    let mut sum = Crc::new();
    sum.update(&out);
    if sum.sum() != crc {
        return Err("is damaged: wrong checksum".to_owned());
    }
    Ok(out)
}

/// Inflates at most the first `most` bytes.
pub(super) fn start(deflated: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    read(&mut DeflateDecoder::new(deflated), most, &mut out)?;
    Ok(out)
}

fn read<R: BufRead>(decoder: &mut DeflateDecoder<R>, most: usize, out: &mut Vec<u8>) -> Result<(), String> {
    decoder.take(most as u64).read_to_end(out).map(|_| ()).map_err(|error| damaged(&error))
}

fn damaged(error: &std::io::Error) -> String {
    format!("is damaged: {error}")
}
