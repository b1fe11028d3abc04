//! Small programs, one per idea; each is a binary of this crate. The code of the README is tested here.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
