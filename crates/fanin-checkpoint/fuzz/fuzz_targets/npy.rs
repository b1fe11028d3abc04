//! An array of NumPy, bare and as the member of an archive.
#![no_main]

use fanin_checkpoint_fuzz::{read, zip};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let bytes = [b"\x93NUMPY", bytes].concat();
    read(zip(&[("a.npy", &bytes), ("b", b"")]));
    read(bytes);
});
