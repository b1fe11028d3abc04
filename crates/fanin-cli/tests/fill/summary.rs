//! Tests of the summary of a fill.

use serde_json::Value;

use super::{LLAMA, fill, with_config};
use crate::command::{fanin, stderr, stdout};

#[test]
fn the_summary_says_what_was_written() {
    let folder = with_config(LLAMA);
    let output = fanin(folder.path(), &fill("model", &[]));
    assert!(
        stdout(&output).starts_with("1 file in model, ") && stdout(&output).ends_with("/s\n"),
        "{}",
        stdout(&output)
    );
    assert!(stderr(&output).is_empty());
    let again = fanin(folder.path(), &fill("model", &[]));
    assert!(stdout(&again).contains("kept 1 with the right bytes"), "{}", stdout(&again));
    let json = fanin(folder.path(), &fill("json", &["--json", "--max-shard-size", "8KB"]));
    let json: Value = serde_json::from_str(stdout(&json)).expect("JSON and nothing else");
    assert_eq!((json["whole"].as_bool(), json["shard"].as_str()), (Some(true), Some("0/1")));
    let bytes: u64 =
        json["checkpoint"].as_array().into_iter().flatten().filter_map(|file| file["bytes"].as_u64()).sum();
    assert_eq!(json["bytes"].as_u64(), Some(bytes));
    let quiet = fanin(folder.path(), &fill("quiet", &["--quiet"]));
    assert!(quiet.status.success() && stdout(&quiet).is_empty() && stderr(&quiet).is_empty());
    let both = fanin(folder.path(), &fill("both", &["--quiet", "--json"]));
    let both: Value = serde_json::from_str(stdout(&both)).expect("a result is printed even so");
    assert_eq!(both["whole"].as_bool(), Some(true));
}
