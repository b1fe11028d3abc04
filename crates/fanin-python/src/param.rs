//! The description of a parameter: name, shape, and what its module states.

use fanin_core::ParamSpec;
use fanin_core::param::{Fans, Layout, Role};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::error::invalid;
use crate::number::{lengths, whole};

/// The description of a parameter that an initializer receives.
///
/// Parameters
/// ----------
/// name : str
///     The full dotted name, which determines the values together with the seed.
/// shape : sequence of int
///     The global shape, outermost axis first.
/// role : str
///     weight, bias, norm_gain, norm_bias, scale, embedding or buffer.
/// layout : str, optional
///     The order of the axes, which determines the fans: oi, io, oihw, hwio, iohw, hwoi or transposed.
/// groups : int
///     The groups of a convolution.
/// fans : tuple of (int, int), optional
///     Fan-in and fan-out, which take precedence over those of the layout.
///
/// Raises
/// ------
/// ValueError
///     If a value is invalid, or the shape does not fit in memory.
///
/// Examples
/// --------
/// >>> Param("conv.weight", (64, 8, 3, 3), layout="oihw", groups=4).fans
/// (72, 144)
#[pyclass(frozen, module = "fanin._fanin", name = "Param", eq)]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PyParam {
    pub(crate) inner: ParamSpec,
    /// The fans stated apart from the layout.
    stated: Option<(usize, usize)>,
}

impl PyParam {
    pub(crate) fn new(inner: ParamSpec) -> Self {
        // What the rule stated for a parameter without a layout.
        let stated = inner.fans().ok().filter(|_| inner.layout().is_none());
        Self { stated: stated.map(|fans| (fans.fan_in, fans.fan_out)), inner }
    }
}

/// Checks that a layout with one letter for each axis fits the shape: vectors have no fan in any layout.
fn check_letters(letters: &str, shape: &[usize]) -> PyResult<()> {
    let (axes, rank) = (letters.len(), shape.len());
    if letters.chars().all(|letter| "oihwdk".contains(letter))
        && axes != rank
        && rank > 1
        && !["oi", "io"].contains(&letters)
    {
        return Err(invalid(format!(
            "the layout {letters} has {axes} axes, but the shape {shape:?} has {rank}; use a layout with {rank}"
        )));
    }
    Ok(())
}

fn read_fans(given: &Bound<'_, PyAny>) -> PyResult<(usize, usize)> {
    match lengths(given, "fans")?[..] {
        [fan_in, fan_out] => Ok((fan_in, fan_out)),
        _ => Err(invalid(format!("fans {given}: use a pair of fan-in and fan-out"))),
    }
}

#[pymethods]
impl PyParam {
    #[new]
    #[pyo3(signature = (name, shape, *, role = "weight", layout = None, groups = None, fans = None))]
    fn parse(
        name: String,
        shape: &Bound<'_, PyAny>,
        role: &str,
        layout: Option<&str>,
        groups: Option<&Bound<'_, PyAny>>,
        fans: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let role: Role = role.parse().map_err(invalid)?;
        let mut param = ParamSpec::new(name, lengths(shape, "shape")?).map_err(invalid)?.with_role(role);
        let groups = groups.map_or(Ok(1), |groups| whole(groups, "groups"))?;
        let fans = fans.map(read_fans).transpose()?;
        if let Some(text) = layout {
            let layout: Layout = text.parse().map_err(invalid)?;
            check_letters(&text.to_ascii_lowercase(), param.shape())?;
            param = param.with_layout(layout).with_groups(groups);
        }
        if let Some((fan_in, fan_out)) = fans {
            param = param.with_fans(Fans { fan_in, fan_out });
        }
        Ok(Self { inner: param, stated: fans })
    }

    /// The full dotted name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// The global shape.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.shape())
    }

    /// The role.
    #[getter]
    fn role(&self) -> &'static str {
        self.inner.role().name()
    }

    /// The layout, if stated: oi, io, transposed or koi.
    #[getter]
    fn layout(&self) -> Option<String> {
        self.inner.layout().map(|layout| layout.to_string())
    }

    /// The groups of a convolution.
    #[getter]
    fn groups(&self) -> usize {
        self.inner.groups()
    }

    /// Fan-in and fan-out, if the layout or the owner states them.
    #[getter]
    fn fans(&self) -> Option<(usize, usize)> {
        self.inner.fans().ok().map(|fans| (fans.fan_in, fans.fan_out))
    }

    /// The number of elements.
    #[getter]
    fn len(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        let layout = self.layout().map_or_else(String::new, |layout| format!(", layout={layout:?}"));
        let fans = self.stated.map_or_else(String::new, |fans| format!(", fans={fans:?}"));
        let shape: Vec<String> = self.inner.shape().iter().map(|length| format!("{length},")).collect();
        format!("Param({:?}, ({}), role={:?}{layout}{fans})", self.name(), shape.join(" "), self.role())
    }
}
