//! Pretrained tensors: from a checkpoint, another model, or anything candle can read.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use candle_core::safetensors::BufferedSafetensors;
use candle_nn::var_builder::SimpleBackend;
use fanin_core::resolve::{Pattern, PatternError};

/// Tensors that a blueprint uses instead of drawing values: the contents of any candle `SimpleBackend`.
///
/// ```
/// use std::collections::HashMap;
///
/// use candle_core::{DType, Device, Tensor};
/// use fanin_candle::Pretrained;
///
/// let body = HashMap::from([("body.weight".to_owned(), Tensor::ones((4, 4), DType::F32, &Device::Cpu)?)]);
/// let pretrained = Pretrained::new("the first run", body).except("head.*");
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Pretrained {
    from: String,
    tensors: Arc<dyn SimpleBackend>,
    except: Vec<Pattern>,
    /// The error of the first invalid pattern.
    unreadable: Option<PatternError>,
}

impl Pretrained {
    /// Uses the tensors in `tensors`, a `HashMap<String, Tensor>` or any other `VarBuilder` backend. `from` names the
    /// source in reports.
    pub fn new(from: impl Into<String>, tensors: impl SimpleBackend + 'static) -> Self {
        Self { from: from.into(), tensors: Arc::new(tensors), except: Vec::new(), unreadable: None }
    }

    /// Reads the tensors of a safetensors file into memory. For memory-mapped files, pass a
    /// `candle_core::safetensors::MmapedSafetensors` to [`Pretrained::new`].
    ///
    /// # Errors
    /// candle's error if the file cannot be read or is invalid.
    pub fn safetensors(path: impl AsRef<Path>) -> candle_core::Result<Self> {
        let path = path.as_ref();
        let named = |error: candle_core::Error| error.with_path(path);
        let bytes = std::fs::read(path).map_err(|error| named(error.into()))?;
        Ok(Self::new(path.display().to_string(), BufferedSafetensors::new(bytes).map_err(named)?))
    }

    /// Excludes tensors whose names match, such as a head for other classes: they are drawn instead. An invalid pattern
    /// is reported when the blueprint is used.
    #[must_use]
    pub fn except(mut self, pattern: &str) -> Self {
        match Pattern::new(pattern) {
            Ok(pattern) => self.except.push(pattern),
            Err(error) => self.unreadable = self.unreadable.or(Some(error)),
        }
        self
    }

    /// The name of the source in reports.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.from
    }

    pub(super) fn unreadable(&self) -> Option<&PatternError> {
        self.unreadable.as_ref()
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        !self.except.iter().any(|pattern| pattern.matches(name)) && self.tensors.contains_tensor(name)
    }

    pub(super) fn tensors(&self) -> &dyn SimpleBackend {
        &*self.tensors
    }
}

impl fmt::Debug for Pretrained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pretrained").field("from", &self.from).field("except", &self.except).finish_non_exhaustive()
    }
}
