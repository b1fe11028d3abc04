//! A model's `config.json`, as Hugging Face writes it.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(model) = fanin_checkpoint::config::parse(text) {
        drop(model);
    }
});
