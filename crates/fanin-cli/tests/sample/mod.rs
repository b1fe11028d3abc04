//! Tests of `fanin sample`.

#[cfg(unix)]
mod files;
mod overwriting;
mod values;
