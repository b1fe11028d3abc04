//! Catalogs of entries.

use super::arguments::Builder;
use super::call::Call;
use super::entry::Entry;
use super::error::TextError;
use super::suggestion::suggestions;
use crate::initializer::Initializer;

/// The entries for name lookup, in listing order.
#[derive(Debug)]
pub(crate) struct Catalog(Vec<&'static Entry>);

impl Catalog {
    pub(crate) fn new(entries: impl IntoIterator<Item = &'static Entry>) -> Self {
        Self(entries.into_iter().collect())
    }

    pub(crate) fn entries(&self) -> &[&'static Entry] {
        &self.0
    }

    /// Returns the entry with this name or alias.
    pub(crate) fn entry(&self, name: &str) -> Option<&'static Entry> {
        self.0.iter().copied().find(|entry| entry.names().any(|known| known == name))
    }

    /// Returns suggestions for an unknown name, best first.
    pub(crate) fn suggestions(&self, name: &str) -> Vec<&'static str> {
        suggestions(name, &self.0)
    }

    /// Parses a text and builds the initializer.
    pub(crate) fn parse(&'static self, text: &str) -> Result<Box<dyn Initializer>, TextError> {
        self.build(&Call::parse(text)?)
    }
}

impl Builder for Catalog {
    fn build(&'static self, call: &Call) -> Result<Box<dyn Initializer>, TextError> {
        let Some(entry) = self.entry(call.name()) else {
            let known = self.0.iter().map(|entry| entry.name).collect();
            let suggestions = self.suggestions(call.name());
            return Err(TextError::UnknownName { name: call.name().to_owned(), suggestions, known });
        };
        entry.refuse_ambiguity(call)?;
        let mut arguments = call.arguments_with(Some(self));
        let initializer = (entry.build)(&mut arguments)?;
        arguments.finish()?;
        Ok(initializer)
    }
}
