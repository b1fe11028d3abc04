//! The memo: values that a pickle refers back to.

use std::collections::HashMap;

use super::value::Value;

/// Values by number. Numbers usually increase from 0 but may be arbitrary.
#[derive(Debug, Default)]
pub(super) struct Memo {
    dense: Vec<Value>,
    sparse: HashMap<u32, Value>,
}

impl Memo {
    pub(super) fn get(&self, number: u32) -> Option<Value> {
        self.dense.get(number as usize).or_else(|| self.sparse.get(&number)).copied()
    }

    /// Stores a value; returns whether the number is new.
    pub(super) fn put(&mut self, number: u32, value: Value) -> bool {
        let at = number as usize;
        if let Some(old) = self.dense.get_mut(at) {
            *old = value;
            return false;
        }
        if at == self.dense.len() && !self.sparse.contains_key(&number) {
            self.dense.push(value);
            return true;
        }
        self.sparse.insert(number, value).is_none()
    }

    pub(super) fn len(&self) -> usize {
        self.dense.len() + self.sparse.len()
    }
}
