#![doc = include_str!("../README.md")]

mod backend;
pub mod impostors;
mod initializer;
mod macros;
pub mod reference;
mod report;
pub mod statistics;
mod violation;

pub use backend::{BackendCase, BackendLaw, BackendSuite, Tolerance, check_backend, check_parameters};
pub use initializer::{
    Expectation, Expected, InitializerCase, InitializerLaw, InitializerSuite, SuiteError, check_initializer,
    check_wrapper,
};
pub use report::ConformanceReport;
pub use violation::{Violation, report};
