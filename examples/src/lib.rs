//! Small programs, one per idea, each a binary of this crate. This crate also tests the code in the README.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
