//! Pickles, read as data.
//!
//! A pickle is a program for a stack machine, which under Python may call any function. This machine implements every
//! instruction but calls no function: a call creates an object that records the callable, unless the [`Host`]
//! recognizes it and returns a value. Objects are kept in one list and refer to each other by number, so shared and
//! cyclic objects are cheap and nothing is dropped recursively.
//!
//! <https://github.com/python/cpython/blob/main/Lib/pickletools.py>

mod calls;
mod heap;
mod input;
mod machine;
mod memo;
#[cfg(test)]
mod tests;
mod value;

pub(super) use heap::{Heap, Node};
pub(super) use machine::run;
pub(super) use value::{Name, Value};

/// Interprets the callables of a format.
pub(super) trait Host {
    /// The value of a call; `None` for unknown callables, which become opaque objects.
    fn call(&mut self, heap: &Heap<'_>, callable: Name<'_>, arguments: &[Value]) -> Option<Value>;

    /// The value of a persistent id.
    fn persistent(&mut self, heap: &Heap<'_>, id: Value) -> Result<Value, String>;
}

/// A parsed pickle.
#[derive(Debug)]
pub(super) struct Pickle<'a> {
    pub(super) heap: Heap<'a>,
    pub(super) root: Value,
    /// The offset of its end.
    pub(super) end: usize,
}
