//! The contract of an initializer: what it fills, what it refuses, what distribution its values follow.

mod distribution;
mod error;
mod extension;

use std::fmt::Debug;
use std::sync::Arc;

pub use distribution::Distribution;
pub use error::{ArgumentError, InitError};
pub use extension::InitializerExt;

use crate::address::Key;
use crate::param::{ParamSpec, ParamViewMut};

/// Fills parameters. Object-safe; a custom initializer writes [`Initializer::fill`] alone.
///
/// # Contract
/// - **Address.** Element `i` of the parameter depends on the key and `i` (and the parameter's spec), on nothing else. So a
///   window equals the same part of the whole, and a second fill equals the first.
/// - **Every element** of the view is written.
/// - **Refusals.** What [`Initializer::check`] refuses, `fill` refuses, and the other way round.
/// - **Distribution.** Where [`Initializer::distribution`] states a distribution, the values follow it, in every window.
/// - No panic, whatever the parameter.
///
/// The crate `fanin-conformance` tests all of it, for anyone's initializer.
///
/// # Wrappers
/// `&I`, `Box<I>` and `Arc<I>` are initializers and give the same bits as `I`.
///
/// # Example
/// ```
/// use fanin_core::{InitError, Initializer, InitializerExt, Key, ParamSpec, ParamViewMut, Seed};
///
/// /// Ones and minus ones, in turn.
/// #[derive(Debug)]
/// struct Checkerboard;
///
/// impl Initializer for Checkerboard {
///     fn fill(&self, _: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
///         out.fill_each(|index| if index % 2 == 0 { 1.0 } else { -1.0 });
///         Ok(())
///     }
/// }
///
/// let param = ParamSpec::new("w", [2, 2])?;
/// assert_eq!(Checkerboard.sample::<f32>(&param, Seed(0))?, [1.0, -1.0, 1.0, -1.0]);
/// # Ok::<(), InitError>(())
/// ```
pub trait Initializer: Debug + Send + Sync {
    /// Writes every element of `out`, which is `param` or a window of it.
    ///
    /// # Errors
    /// [`InitError`], if the initializer cannot serve such a parameter.
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError>;

    /// A dry run: what [`Initializer::fill`] would refuse, without drawing anything.
    ///
    /// # Errors
    /// As [`Initializer::fill`].
    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        let _ = param;
        Ok(())
    }

    /// The distribution that the values of such a parameter follow.
    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let _ = param;
        Distribution::Unstated
    }

    /// The canonical text form, if there is one: [`crate::text::parse`] of it is an equal initializer.
    fn text(&self) -> Option<String> {
        None
    }
}

macro_rules! forward {
    ($($wrapper:ty),*) => {$(
        impl<I: Initializer + ?Sized> Initializer for $wrapper {
            fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
                (**self).fill(param, key, out)
            }
            fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
                (**self).check(param)
            }
            fn distribution(&self, param: &ParamSpec) -> Distribution {
                (**self).distribution(param)
            }
            fn text(&self) -> Option<String> {
                (**self).text()
            }
        }
    )*};
}

forward!(&I, Box<I>, Arc<I>);
