//! A parameter's name, shape, role and fans.

use super::{Fans, Layout, Role};
use crate::error::{InitError, ShapeError};

/// The description of a parameter that initializers receive: name, shape, role and, if a layout is stated, fans.
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
    /// Layout and number of groups.
    layout: Option<(Layout, usize)>,
    /// Fans stated by the owner; they take precedence over the layout's.
    stated: Option<Fans>,
}

impl ParamSpec {
    /// Creates the spec of a weight. An empty shape is a scalar. Fans are unknown until a layout is stated.
    ///
    /// # Errors
    /// [`ShapeError`] if the parameter would not fit in the address space at 8 bytes per element.
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

    /// Sets the role.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Sets the layout. Resets the groups to 1 and drops fans set by `with_fans`.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout) -> Self {
        self.layout = Some((layout, 1));
        self.stated = None;
        self
    }

    /// Sets the number of groups. Has no effect before [`ParamSpec::with_layout`].
    #[must_use]
    pub fn with_groups(mut self, groups: usize) -> Self {
        self.layout = self.layout.map(|(layout, _)| (layout, groups));
        self
    }

    /// Sets the fans explicitly, for parameters that no layout describes, such as a bias drawn with the fan of its
    /// weight. A layout set before still defines the axes.
    #[must_use]
    pub fn with_fans(mut self, fans: Fans) -> Self {
        self.stated = Some(fans);
        self
    }

    /// Returns the spec of a part of this parameter: another shape with the same name, role, layout and groups. Fans
    /// set by the owner are kept; fans from the layout are computed for the part.
    ///
    /// # Errors
    /// Same as [`ParamSpec::new`].
    pub fn part(&self, shape: impl Into<Vec<usize>>) -> Result<Self, ShapeError> {
        let part = Self::new(self.name.clone(), shape)?;
        Ok(Self { role: self.role, layout: self.layout, stated: self.stated, ..part })
    }

    /// Returns the full dotted name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the axis lengths, outermost first (row-major).
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Returns the role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Returns the layout, if one is stated.
    #[must_use]
    pub fn layout(&self) -> Option<Layout> {
        self.layout.map(|(layout, _)| layout)
    }

    /// Returns the number of groups; 1 if no layout is stated.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.layout.map_or(1, |(_, groups)| groups)
    }

    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns `true` if an axis has length zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the fans.
    ///
    /// # Errors
    /// [`InitError::NoFan`] if no layout is stated, or the shape has no fans.
    pub fn fans(&self) -> Result<Fans, InitError> {
        let refuse = |reason: String| InitError::NoFan { name: self.name.clone(), shape: self.shape.clone(), reason };
        match (self.stated, self.layout) {
            (Some(Fans { fan_in: 0, .. } | Fans { fan_out: 0, .. }), _) => Err(refuse("a stated fan is 0".to_owned())),
            (Some(fans), _) => Ok(fans),
            (None, Some((layout, groups))) => layout.fans(&self.shape, groups).map_err(refuse),
            // Scalars and vectors have no fan in any layout, so the error does not suggest stating one.
            (None, None) if self.shape.len() < 2 => Layout::OutIn.fans(&self.shape, 1).map_err(refuse),
            (None, None) => Err(refuse(
                "no layout is stated; state one with ParamSpec::with_layout, or use an initializer that needs no fan"
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
