//! The contract of initializers: filling, refusals, and the distribution of values.

mod distribution;
mod fill_block;

use std::fmt::Debug;
use std::sync::Arc;

pub use distribution::Distribution;
pub use fill_block::fill_block;

use crate::address::{Key, Seed};
pub use crate::error::{ArgumentError, InitError};
use crate::param::{ParamSpec, ParamViewMut};
use crate::values::Dtype;

/// Fills parameters. Object-safe; a custom initializer needs to implement only [`Initializer::fill`].
///
/// # Contract
/// - **Address.** Element `i` of the parameter depends only on the key and `i` (and on the parameter's spec). Therefore
///   a window equals the same part of the whole, and a second fill equals the first.
/// - **Blocks.** Memory may hold only some elements of the view's window (see [`fill_block`]). The fill methods of
///   [`ParamViewMut`] handle this.
/// - **Coverage.** Every element of the view is written.
/// - **Refusals.** [`Initializer::check`] and `fill` refuse the same parameters. Values that the element type cannot
///   hold are refused by `fill` alone, before it writes any value and for an empty view too, which is how
///   [`Initializer::check_dtype`] works.
/// - **Finite values**, which depend on the seed and on the name unless [`Initializer::distribution`] states
///   [`Distribution::Fixed`] or [`Distribution::Constant`].
/// - **Distribution.** If [`Initializer::distribution`] states a distribution, the values follow it in every window.
/// - **No panics** for any parameter.
///
/// The crate `fanin-conformance` tests all of this for any initializer.
///
/// # Wrappers
/// `&I`, `Box<I>` and `Arc<I>` are initializers that produce the same bits as `I`.
///
/// # Example
/// ```
/// use fanin_core::{Distribution, InitError, Initializer, InitializerExt, Key, ParamSpec, ParamViewMut, Seed};
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
///
///     /// Nothing is random.
///     fn distribution(&self, _: &ParamSpec) -> Distribution {
///         Distribution::Fixed
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
    /// [`InitError`] if the initializer does not support the parameter.
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError>;

    /// Checks what [`Initializer::fill`] would refuse, without drawing anything.
    ///
    /// # Errors
    /// Same as [`Initializer::fill`].
    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        let _ = param;
        Ok(())
    }

    /// Checks, without drawing anything, that elements of this type can hold the values: a dry run on an empty window.
    ///
    /// ```
    /// use fanin_core::{Dtype, Initializer, ParamSpec, initializers::Normal};
    ///
    /// let param = ParamSpec::new("w", [64, 64])?;
    /// let wide = Normal::new(0.0, 1e6)?;
    /// assert!(wide.check_dtype(&param, Dtype::F32).is_ok());
    /// let error = wide.check_dtype(&param, Dtype::F16).unwrap_err().to_string();
    /// assert!(error.starts_with("parameter 'w': the largest possible magnitude = 6.66e6 is out of range for f16"), "{error}");
    /// # Ok::<(), fanin_core::InitError>(())
    /// ```
    ///
    /// # Errors
    /// Same as [`Initializer::fill`].
    fn check_dtype(&self, param: &ParamSpec, dtype: Dtype) -> Result<(), InitError> {
        let fill = |view: ParamViewMut<'_>| self.fill(param, Key::new(Seed::default(), param.name()), view);
        ParamViewMut::empty(dtype, fill)
    }

    /// Returns the distribution of the parameter's values.
    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let _ = param;
        Distribution::Unstated
    }

    /// Returns the canonical text form, if any: [`crate::text::parse`] turns it into an equal initializer.
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
