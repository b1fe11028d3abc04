//! Tests of audits, identification and comparison.

mod cases;
mod diff;
mod identify;
mod identify_twelve;
mod unread;
