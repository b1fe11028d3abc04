//! Fuzzes zip archives: `.npz` or PyTorch.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fanin_checkpoint_fuzz::read([b"PK\x03\x04", bytes].concat());
});
