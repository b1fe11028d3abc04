//! In-memory parameters for tests, read in windows.

use fanin_core::{Element, InitError, ParamSpec, ParamView, Parameters};

/// Named values that are visited two elements at a time, to test that readers handle several views.
pub(crate) struct Held<T> {
    specs: Vec<ParamSpec>,
    pub(crate) values: Vec<Vec<T>>,
}

impl<T: Element> Held<T> {
    pub(crate) fn new(params: &[(ParamSpec, &[f64])]) -> Self {
        for (spec, values) in params {
            assert_eq!(spec.len(), values.len(), "{}", spec.name());
        }
        Self {
            specs: params.iter().map(|(spec, _)| spec.clone()).collect(),
            values: params.iter().map(|(_, values)| values.iter().map(|value| T::from_f64(*value)).collect()).collect(),
        }
    }
}

impl<T: Element> Parameters for Held<T> {
    fn specs(&self) -> &[ParamSpec] {
        &self.specs
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let found = self.specs.iter().position(|spec| spec.name() == name);
        let at = found.ok_or_else(|| InitError::unknown(name, &self.specs))?;
        for (index, window) in self.values[at].chunks(2).enumerate() {
            visit(&self.specs[at], ParamView::window(window, 2 * index as u64));
        }
        Ok(())
    }
}
