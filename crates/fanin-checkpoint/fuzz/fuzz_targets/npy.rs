//! Fuzzes a NumPy array, as a file and as an archive member.
#![no_main]

use fanin_checkpoint_fuzz::{read, zip};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let bytes = [b"\x93NUMPY", bytes].concat();
    read(zip(&[("a.npy", &bytes), ("b", b"")]));
    read(bytes);
});
