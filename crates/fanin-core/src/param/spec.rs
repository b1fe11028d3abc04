//! A parameter's name, shape, role and fans.

use super::{Fans, Layout, Role};
use crate::error::{InitError, ShapeError};

/// A parameter as an initializer sees it: name, shape, role and, if a layout is stated, fans.
///
/// ```
/// use fanin_core::{Layout, ParamSpec, Role};
///
/// let weight = ParamSpec::new("conv.weight", [64, 8, 3, 3])?.with_layout(Layout::OutIn).with_groups(4);
/// assert_eq!(weight.fans()?.fan_in, 72);
///
/// let bias = ParamSpec::new("conv.bias", [64])?.with_role(Role::Bias);
/// assert!(bias.fans().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamSpec {
    name: String,
    shape: Vec<usize>,
    len: usize,
    role: Role,
    /// The layout and the number of groups.
    layout: Option<(Layout, usize)>,
    /// Fans stated by the owner; they take precedence over the layout's.
    stated: Option<Fans>,
}

impl ParamSpec {
    /// A weight of the given name and shape; no axes is a scalar. Its fans are unknown until a layout is stated.
    ///
    /// # Errors
    /// [`ShapeError`] if 8 bytes an element would not fit an address space.
    pub fn new(name: impl Into<String>, shape: impl Into<Vec<usize>>) -> Result<Self, ShapeError> {
        let (name, shape) = (name.into(), shape.into());
        let bytes = shape.iter().try_fold(8_usize, |bytes, axis| bytes.checked_mul(*axis));
        match bytes {
            Some(bytes) if isize::try_from(bytes).is_ok() => {
                Ok(Self { name, shape, len: bytes / 8, role: Role::default(), layout: None, stated: None })
            }
            _ => Err(ShapeError { name, shape }),
        }
    }

    /// The same parameter in another role.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// The same parameter with its axes' order stated.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout) -> Self {
        self.layout = Some((layout, 1));
        self.stated = None;
        self
    }

    /// The same parameter, whose units are connected in this many separate groups. Has a meaning only after
    /// [`ParamSpec::with_layout`].
    #[must_use]
    pub fn with_groups(mut self, groups: usize) -> Self {
        self.layout = self.layout.map(|(layout, _)| (layout, groups));
        self
    }

    /// The same parameter with fans counted by its owner, for whatever no layout describes: a bias that is drawn by the fan of
    /// its weight, for one. A layout that was stated before still says what the axes are.
    #[must_use]
    pub fn with_fans(mut self, fans: Fans) -> Self {
        self.stated = Some(fans);
        self
    }

    /// A part of this parameter, of another shape: the same name, role, layout and groups. Fans that the owner has stated are
    /// kept; those of the layout are the part's own.
    ///
    /// # Errors
    /// As [`ParamSpec::new`].
    pub fn part(&self, shape: impl Into<Vec<usize>>) -> Result<Self, ShapeError> {
        let part = Self::new(self.name.clone(), shape)?;
        Ok(Self { role: self.role, layout: self.layout, stated: self.stated, ..part })
    }

    /// The full dotted name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The axes, outermost first (row-major).
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The order of the axes, if it is stated.
    #[must_use]
    pub fn layout(&self) -> Option<Layout> {
        self.layout.map(|(layout, _)| layout)
    }

    /// The number of separate groups; 1 where no layout is stated.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.layout.map_or(1, |(_, groups)| groups)
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether an axis has length zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The fans.
    ///
    /// # Errors
    /// [`InitError::NoFan`] if no layout is stated, or the shape has no fan in it.
    pub fn fans(&self) -> Result<Fans, InitError> {
        let refuse = |reason: String| InitError::NoFan { name: self.name.clone(), shape: self.shape.clone(), reason };
        match (self.stated, self.layout) {
            (Some(Fans { fan_in: 0, .. } | Fans { fan_out: 0, .. }), _) => Err(refuse("a stated fan is 0".to_owned())),
            (Some(fans), _) => Ok(fans),
            (None, Some((layout, groups))) => layout.fans(&self.shape, groups).map_err(refuse),
            // What has no fan under any layout is not told to state one.
            (None, None) if self.shape.len() < 2 => Layout::OutIn.fans(&self.shape, 1).map_err(refuse),
            (None, None) => Err(refuse(
                "no layout is stated; state one by ParamSpec::with_layout, or use an initializer that needs no fan"
                    .to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_that_overflows_is_refused() {
        let error = ParamSpec::new("w", [usize::MAX, 2]).unwrap_err();
        assert!(error.to_string().contains("parameter 'w'"), "{error}");
        assert!(ParamSpec::new("w", [1 << 40, 1 << 20]).is_err());
        assert_eq!(ParamSpec::new("w", []).map(|s| s.len()), Ok(1));
        assert_eq!(ParamSpec::new("w", [3, 0]).map(|s| s.is_empty()), Ok(true));
    }

    #[test]
    fn a_fan_without_a_layout_names_the_parameter() {
        let error = ParamSpec::new("head.weight", [3, 2]).unwrap().fans().unwrap_err();
        assert!(error.to_string().contains("head.weight"), "{error}");
    }
}
