//! Fuzzes `config.json` as written by Hugging Face.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(model) = fanin_checkpoint::config::parse(text) {
        drop(model);
    }
});
