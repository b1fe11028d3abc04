//! Deflated bytes, with a bound on the memory that they may ask for.

use std::io::{BufRead, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

/// A byte of deflate holds at most 1032 bytes: a run of 258 in two bits.
const DENSEST: usize = 1032;

/// Values compress by a little; zeros a thousandfold. So many bytes may be asked for whatever they take in the file ...
const LARGEST_BOMB: usize = 256 << 20;

/// ... and beyond that so many for each byte in the file.
const LARGEST_RATIO: usize = 64;

/// Whether so many bytes may be taken out of so many deflated ones.
pub(super) fn check(deflated: usize, size: usize) -> Result<(), String> {
    if size > deflated.saturating_mul(DENSEST) {
        return Err(format!(
            "states {size} bytes, and its {deflated} deflated bytes can hold no more than {DENSEST} each"
        ));
    }
    if size > LARGEST_BOMB.max(deflated.saturating_mul(LARGEST_RATIO)) {
        return Err(format!(
            "grows from {deflated} bytes to {size}: more than {LARGEST_BOMB} bytes are read only below {LARGEST_RATIO} to 1"
        ));
    }
    Ok(())
}

/// All of it: exactly `size` bytes with the checksum `crc`.
pub(super) fn inflate(deflated: &[u8], size: usize, crc: u32) -> Result<Vec<u8>, String> {
    check(deflated.len(), size)?;
    let mut out = Vec::new();
    out.try_reserve_exact(size).map_err(|_| format!("needs {size} bytes of memory, which are not to be had"))?;
    let mut decoder = DeflateDecoder::new(deflated);
    read(&mut decoder, size, &mut out)?;
    if out.len() < size {
        return Err(format!("states {size} bytes and holds {}", out.len()));
    }
    if decoder.read(&mut [0]).map_err(|error| damaged(&error))? > 0 {
        return Err(format!("states {size} bytes and holds more"));
    }
    let mut sum = Crc::new();
    sum.update(&out);
    if sum.sum() != crc {
        return Err("is damaged: its checksum is another".to_owned());
    }
    Ok(out)
}

/// The first bytes of it, `most` at most.
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
