//! A tensor to be stored: its name, its element type and the source of its values.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use bytemuck::Pod;
use fanin_core::resolve::Rules;
use fanin_core::{Distribution, Element, Initializer, Key, ParamSpec, ParamViewMut, Seed};
use half::{bf16, f16};
use safetensors::Dtype;

use super::error::FillError;
use crate::listing::{Entry, StoredValues};

/// A tensor to be stored.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    pub(super) param: ParamSpec,
    pub(super) dtype: Dtype,
    values: Values,
}

/// The source of values.
#[derive(Clone, Debug)]
enum Values {
    Drawn(Arc<dyn Initializer>),
    /// One integer, as the bytes of an element.
    Number(Vec<u8>),
    /// Values that the recipe leaves unchanged.
    Copied(StoredValues),
}

/// Resolves the rules for the stored entries. `dtype` overrides the element types of floating-point entries.
pub(super) fn tensors(
    entries: &[Entry],
    rules: &dyn Rules,
    dtype: Option<fanin_core::Dtype>,
) -> Result<Vec<Tensor>, FillError> {
    let mut names = HashSet::new();
    if let Some(twice) = entries.iter().find(|entry| !names.insert(entry.param.name())) {
        return Err(FillError::Duplicate { name: twice.param.name().to_owned() });
    }
    let stored: Vec<&Entry> = entries.iter().filter(|entry| entry.tied_to.is_none()).collect();
    let params: Vec<ParamSpec> = stored.iter().map(|entry| entry.param.clone()).collect();
    let resolution = rules.resolve(&params)?;
    let (mut tensors, mut left) = (Vec::with_capacity(stored.len()), Vec::new());
    for (entry, assignment) in stored.into_iter().zip(resolution.assignments()) {
        let Entry { param, stored, .. } = entry;
        match (assignment.initializer(), stored) {
            (Some(initializer), _) => {
                let dtype = dtype_of(entry, dtype);
                let values = values(initializer, assignment.param(), dtype)?;
                tensors.push(Tensor { param: assignment.param().clone(), dtype, values });
            }
            (None, Some(stored)) => {
                let (dtype, values) = (entry.dtype.unwrap_or(Dtype::F32), Values::Copied(stored.clone()));
                tensors.push(Tensor { param: param.clone(), dtype, values });
            }
            (None, None) => left.push(param.name().to_owned()),
        }
    }
    if left.is_empty() { Ok(tensors) } else { Err(FillError::Left { names: left }) }
}

/// Returns the element type: the stated one, overridden for floats. Batch counters are integers, as in PyTorch.
fn dtype_of(entry: &Entry, asked: Option<fanin_core::Dtype>) -> Dtype {
    let counter = entry.param.name().ends_with("num_batches_tracked");
    let natural = if counter { Dtype::I64 } else { Dtype::F32 };
    match (entry.dtype.unwrap_or(natural), asked) {
        (stated, None) => stated,
        (stated, Some(_)) if whole_number(0, stated).is_some() || stated == Dtype::BOOL => stated,
        (_, Some(fanin_core::Dtype::F32)) => Dtype::F32,
        (_, Some(fanin_core::Dtype::F64)) => Dtype::F64,
        (_, Some(fanin_core::Dtype::F16)) => Dtype::F16,
        (_, Some(fanin_core::Dtype::BF16)) => Dtype::BF16,
    }
}

fn values(initializer: &Arc<dyn Initializer>, param: &ParamSpec, dtype: Dtype) -> Result<Values, FillError> {
    let float = match dtype {
        Dtype::F32 => Some(fanin_core::Dtype::F32),
        Dtype::F64 => Some(fanin_core::Dtype::F64),
        Dtype::F16 => Some(fanin_core::Dtype::F16),
        Dtype::BF16 => Some(fanin_core::Dtype::BF16),
        _ => None,
    };
    if let Some(float) = float {
        initializer.check_dtype(param, float)?;
        return Ok(Values::Drawn(Arc::clone(initializer)));
    }
    let refuse = |reason: String| {
        let (name, dtype) = (param.name().to_owned(), format!("{dtype:?}"));
        FillError::Dtype { name, dtype, reason }
    };
    if whole_number(0, dtype).is_none() {
        return Err(refuse("the supported types are F32, F64, F16, BF16 and integers; set --dtype".to_owned()));
    }
    let number = match initializer.distribution(param) {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        Distribution::Constant(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
            whole_number(value as i64, dtype)
        }
        _ => None,
    };
    let text = || initializer.text().unwrap_or_else(|| format!("{initializer:?}"));
    number.map(Values::Number).ok_or_else(|| refuse(format!("{} does not produce integers of this type", text())))
}

/// Returns the bytes of an integer, if the type is an integer type that can represent it.
fn whole_number(value: i64, dtype: Dtype) -> Option<Vec<u8>> {
    Some(match dtype {
        Dtype::I64 => value.to_le_bytes().to_vec(),
        Dtype::U64 => u64::try_from(value).ok()?.to_le_bytes().to_vec(),
        Dtype::I32 => i32::try_from(value).ok()?.to_le_bytes().to_vec(),
        Dtype::U32 => u32::try_from(value).ok()?.to_le_bytes().to_vec(),
        Dtype::I16 => i16::try_from(value).ok()?.to_le_bytes().to_vec(),
        Dtype::U16 => u16::try_from(value).ok()?.to_le_bytes().to_vec(),
        Dtype::I8 => i8::try_from(value).ok()?.to_le_bytes().to_vec(),
        Dtype::U8 => vec![u8::try_from(value).ok()?],
        _ => return None,
    })
}

impl Tensor {
    /// The size of its values in bytes.
    pub(super) fn bytes(&self) -> u64 {
        match &self.values {
            Values::Copied(stored) => stored.bytes(),
            _ => (self.param.len() as u64).saturating_mul(self.dtype.bitsize() as u64 / 8),
        }
    }

    /// The size of an element in bytes; 1 for copied values.
    pub(super) fn element_bytes(&self) -> u64 {
        match &self.values {
            Values::Copied(_) => 1,
            Values::Number(number) => number.len() as u64,
            Values::Drawn(_) => self.dtype.bitsize() as u64 / 8,
        }
    }

    /// Whether its values depend on the seed.
    pub(super) fn depends_on_seed(&self) -> bool {
        match &self.values {
            Values::Drawn(initializer) => !matches!(initializer.distribution(&self.param), Distribution::Constant(_)),
            Values::Number(_) | Values::Copied(_) => false,
        }
    }

    /// The file that its values are copied from, if any.
    pub(super) fn source(&self) -> Option<&Path> {
        match &self.values {
            Values::Copied(stored) => Some(stored.file()),
            Values::Drawn(_) | Values::Number(_) => None,
        }
    }

    /// Whether its values must be computed in one window, or would be far more expensive in many.
    pub(super) fn needs_one_window(&self) -> bool {
        match &self.values {
            Values::Drawn(initializer) => needs_one_window(&initializer.distribution(&self.param)),
            Values::Number(_) | Values::Copied(_) => false,
        }
    }

    /// Writes its bytes from `start`, an element boundary. `out` is aligned for an element.
    pub(super) fn write(&self, seed: Seed, start: u64, out: &mut [u8]) -> Result<(), FillError> {
        match &self.values {
            Values::Drawn(initializer) => match self.dtype {
                Dtype::F64 => self.draw::<f64>(initializer.as_ref(), seed, start, out),
                Dtype::F16 => self.draw::<f16>(initializer.as_ref(), seed, start, out),
                Dtype::BF16 => self.draw::<bf16>(initializer.as_ref(), seed, start, out),
                _ => self.draw::<f32>(initializer.as_ref(), seed, start, out),
            },
            Values::Number(number) => {
                out.chunks_mut(number.len()).for_each(|element| element.copy_from_slice(&number[..element.len()]));
                Ok(())
            }
            Values::Copied(stored) => {
                let data = stored.load()?;
                let from = usize::try_from(start).ok().and_then(|start| data.bytes().get(start..));
                out.iter_mut().zip(from.unwrap_or_default()).for_each(|(out, byte)| *out = *byte);
                Ok(())
            }
        }
    }

    fn draw<T: Element + Pod>(
        &self,
        initializer: &dyn Initializer,
        seed: Seed,
        start: u64,
        out: &mut [u8],
    ) -> Result<(), FillError> {
        let name = self.param.name();
        let elements: &mut [T] = bytemuck::try_cast_slice_mut(out)
            .map_err(|error| FillError::Machine { what: format!("the buffer of '{name}' is misaligned: {error}") })?;
        let start = start / size_of::<T>() as u64;
        initializer.fill(&self.param, Key::new(seed, name), ParamViewMut::window(elements, start))?;
        if cfg!(target_endian = "big") {
            out.chunks_mut(size_of::<T>()).for_each(<[u8]>::reverse);
        }
        Ok(())
    }
}

/// Whether elements may depend on each other; assumed if no distribution is stated.
fn needs_one_window(distribution: &Distribution) -> bool {
    match distribution {
        Distribution::Unstated | Distribution::Orthonormal { .. } => true,
        Distribution::Sparse { stride, .. } => *stride > 1,
        Distribution::Mixture(distributions) => {
            distributions.iter().any(|(_, distribution)| needs_one_window(distribution))
        }
        Distribution::Parts(parts) => parts.iter().any(|(_, distribution)| needs_one_window(distribution)),
        _ => false,
    }
}
