//! Impostors: initializers and backends with one fault each, and the law that must catch each of them.
//!
//! A law that no impostor fails might be unable to fail. This crate's tests run the matching law on every impostor and
//! fail if one is not caught.

pub mod addresses;
pub mod backends;
pub mod places;
pub mod scales;
pub mod shapes;
pub mod statements;
pub mod unstated;

mod impostor;
mod initializer;

pub use backends::{BackendImpostor, backend_impostors};
pub use initializer::{InitializerImpostor, initializer_impostors};
