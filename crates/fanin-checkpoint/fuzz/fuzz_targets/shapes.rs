//! Fuzzes shape lists.
#![no_main]

use std::fs;

use fanin_checkpoint::listing;
use fanin_checkpoint_fuzz::file;

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let path = file("shapes.json");
    fs::write(&path, text).expect("written");
    let _ = listing::of_shapes(&path);
});
