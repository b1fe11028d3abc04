//! Parameters: names, shapes, and access to their memory.

mod axis;
mod block;
mod fans;
mod fill_in_parallel;
mod fill_params;
mod parameters;
mod refusal;
mod role;
mod spec;
mod strided_range;
mod view;

pub use axis::Axis;
pub use block::{Block, BlockError};
pub use fans::{Fans, Layout};
pub use fill_in_parallel::fill_in_parallel;
pub use fill_params::FillParams;
pub use parameters::{Parameters, ParametersExt, ParametersMut};
pub use role::{ParseRoleError, Role};
pub use spec::ParamSpec;
pub use strided_range::StridedRange;
pub use view::{ParamView, ParamViewMut};

pub use crate::error::ShapeError;
pub use crate::values::{Slice, SliceMut, StrideError, StridedMut};
