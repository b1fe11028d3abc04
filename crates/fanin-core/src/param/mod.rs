//! Parameters: what they are called, how they are shaped, and how their memory is lent.

mod axis;
mod band;
mod deal;
mod fans;
mod filler;
mod parameters;
mod role;
mod slice;
mod spec;
mod view;

pub use axis::Axis;
pub use band::Band;
pub use deal::deal;
pub use fans::{Fans, Layout};
pub use filler::Filler;
pub use parameters::{Parameters, ParametersExt, ParametersMut};
pub use role::Role;
pub use slice::{Lend, Slice, SliceMut};
pub use spec::{ParamSpec, ShapeError};
pub use view::{ParamView, ParamViewMut};
