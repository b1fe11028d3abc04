//! The native module of the Python package `fanin`: parameters, initializers, plans and recipes as Python objects, and the
//! fill of memory that Python holds. `python/fanin/` builds the public package on it.

mod block;
mod command;
mod error;
mod fill;
mod initializer;
mod memory;
mod number;
mod param;
mod plan;
mod pool;
mod recipe;
mod report;
mod resolution;

use pyo3::pymodule;

/// The native part of fanin. Private: the package `fanin` documents what to use.
#[pymodule(gil_used = false)]
mod _fanin {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::block::PyBlock;
    #[pymodule_export]
    use super::command::run;
    #[pymodule_export]
    use super::fill::{fill_blocks, fill_window};
    #[pymodule_export]
    use super::initializer::PyInitializer;
    #[pymodule_export]
    use super::param::PyParam;
    #[pymodule_export]
    use super::plan::PyPlan;
    #[pymodule_export]
    use super::recipe::PyRecipe;
    #[pymodule_export]
    use super::report::{explain_plan, report};
    #[pymodule_export]
    use super::resolution::{PyAssignment, resolve};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let error = module.py().get_type::<super::error::FaninError>();
        error.setattr("problems", ())?;
        module.add("FaninError", error)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
