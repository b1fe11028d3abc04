//! Fuzzes PyTorch's format before 1.6: the magic number, followed by the input.
#![no_main]

const MAGIC: &[u8] = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fanin_checkpoint_fuzz::read([MAGIC, bytes].concat());
});
