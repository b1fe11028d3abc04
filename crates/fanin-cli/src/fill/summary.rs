//! The summary of a fill.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use fanin_checkpoint::fill::{ByteSize, FillOptions, NewCheckpoint, Written};
use serde_json::json;

use crate::console;
use crate::failure::Failure;
use crate::number::count;
use crate::prose;
use crate::report::Report;

pub(crate) struct Summary {
    pub(super) checkpoint: NewCheckpoint,
    pub(super) written: Written,
    pub(super) options: FillOptions,
    pub(super) out: PathBuf,
    pub(super) seconds: Duration,
}

impl Report for Summary {
    /// Formats one line, and a second one if the checkpoint is not complete yet.
    fn text(&self, width: Option<usize>) -> String {
        let Written { files, bytes, kept, whole, ref old, .. } = self.written;
        let mut text = format!(
            "{} in {}, {} in {:.2} s, {}/s",
            count(files, "file"),
            self.out.display(),
            ByteSize(bytes),
            self.seconds.as_secs_f64(),
            ByteSize(self.rate()),
        );
        if kept > 0 {
            let _ = write!(text, "; kept {kept} with the right bytes");
        }
        let share = self.options.share;
        if let Some(old) = old {
            let _ = write!(
                text,
                "\n{} still has another seed, recipe or model; the shard that replaces the last such file writes the \
                 index",
                old.display()
            );
        }
        match (whole, files + kept) {
            _ if old.is_some() => {}
            (true, _) => {}
            (false, 0) => {
                let _ = write!(
                    text,
                    "\nshard {share} has no files, because the checkpoint has only {}",
                    self.checkpoint.files().count()
                );
            }
            (false, _) => text.push_str("\nfiles of other shards are still missing; the last shard writes the index"),
        }
        text.push('\n');
        prose::fitted(&text, width)
    }

    fn json(&self) -> Result<String, Failure> {
        let Written { files, bytes, kept, whole, ref old, .. } = self.written;
        let all: Vec<_> =
            self.checkpoint.files().map(|(name, bytes)| json!({ "name": name, "bytes": bytes })).collect();
        console::json_text(&json!({
            "out": self.out, "seed": self.options.seed.0, "shard": self.options.share.to_string(),
            "elements": self.checkpoint.elements(), "checkpoint": all, "written": files, "bytes": bytes, "kept": kept,
            "whole": whole, "old": old, "seconds": self.seconds.as_secs_f64(),
        }))
    }
}

impl Summary {
    /// Bytes per second.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "three digits of a positive rate are shown"
    )]
    fn rate(&self) -> u64 {
        (self.written.bytes as f64 / self.seconds.as_secs_f64().max(1e-9)) as u64
    }
}
