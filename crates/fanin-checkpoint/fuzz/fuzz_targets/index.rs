//! Fuzzes a shard index next to a single shard.
#![no_main]

use std::cell::LazyCell;
use std::fs;
use std::path::PathBuf;

use fanin_checkpoint::reading::Checkpoint;
use fanin_checkpoint_fuzz::{file, load};

thread_local! {
    static INDEX: LazyCell<PathBuf> = const { LazyCell::new(|| {
        let header = br#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let shard = [&(header.len() as u64).to_le_bytes()[..], header, &[0; 4]].concat();
        fs::write(file("a.safetensors"), shard).expect("written");
        file("model.safetensors.index.json")
    }) };
}

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    INDEX.with(|index| {
        fs::write(&**index, text).expect("written");
        if let Ok(checkpoint) = Checkpoint::open(index) {
            load(&checkpoint);
        }
    });
});
