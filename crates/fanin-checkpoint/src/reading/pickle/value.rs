//! The values of a pickle.

/// A value: small and `Copy`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// A little-endian integer longer than 8 bytes.
    Long(Span),
    /// A UTF-8 string in the input.
    Text(Span),
    /// The index of the name of a class or function.
    Global(u32),
    /// The index of an object.
    Node(u32),
    /// A value of the host, by index.
    Host(u32),
    /// A value that is not used, such as a float or bytes.
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
