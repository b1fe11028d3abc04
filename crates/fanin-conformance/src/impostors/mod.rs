//! Initializers and backends that are wrong in one way each, and the law that must catch each of them.
//!
//! A law that no impostor fails may well be a law that nothing can fail. The tests of this crate hold every impostor to the law
//! made for it, and fail if one is not caught.

pub mod addresses;
pub mod backends;
pub mod places;
pub mod scales;
pub mod shapes;
pub mod statements;

mod initializer;

pub use backends::{BackendImpostor, backend_impostors};
pub use initializer::{InitializerImpostor, initializer_impostors};
