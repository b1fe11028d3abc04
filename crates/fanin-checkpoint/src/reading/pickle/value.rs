//! What a pickle is made of.

/// A value: small, and shared by copying.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// An integer that is longer than 8 bytes, little-endian.
    Long(Span),
    /// UTF-8 in the input.
    Text(Span),
    /// The number of a class or function, by its name.
    Global(u32),
    /// The number of an object.
    Node(u32),
    /// What the host knows by this number.
    Host(u32),
    /// A value that nothing here depends on: a float, bytes.
    Other,
}

/// A range of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
}

/// The name of a class or function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Name<'a> {
    pub(in super::super) module: &'a str,
    pub(in super::super) name: &'a str,
}
