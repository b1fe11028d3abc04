//! Fuzzes the pickle of a PyTorch archive that also contains storages.
#![no_main]

use fanin_checkpoint_fuzz::{read, zip};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let storage = [7; 96];
    let members = [("a/data.pkl", bytes), ("a/data/0", &storage), ("a/data/1", &storage[..24]), ("a/data/2", &storage[..8])];
    read(zip(&members));
});
