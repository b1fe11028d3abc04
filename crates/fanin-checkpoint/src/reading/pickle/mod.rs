//! Pickles, read as data.
//!
//! A pickle is a program for a stack machine, and under Python it may call any function. The machine here knows every
//! instruction and no function: a call makes an object that remembers what was called, unless the [`Host`] knows the
//! callable and gives a value for it. Objects lie in one list and refer to each other by number, so that shared and cyclic ones
//! cost nothing and none is dropped recursively.
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

/// Who knows the callables of a format.
pub(super) trait Host {
    /// What a call gives; nothing if the callable is not known: the call is then an object that is not looked into.
    fn call(&mut self, heap: &Heap<'_>, callable: Name<'_>, arguments: &[Value]) -> Option<Value>;

    /// What a persistent id stands for.
    fn persistent(&mut self, heap: &Heap<'_>, id: Value) -> Result<Value, String>;
}

/// A pickle that was read.
#[derive(Debug)]
pub(super) struct Pickle<'a> {
    pub(super) heap: Heap<'a>,
    pub(super) root: Value,
    /// The byte behind it.
    pub(super) end: usize,
}
