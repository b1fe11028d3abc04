//! The header of a safetensors file.

use std::fmt;

use safetensors::Dtype;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use super::super::entries::Entries;
use super::super::tensor::MOST_AXES;

/// The name of the metadata entry.
const METADATA: &str = "__metadata__";

/// The header entry of a tensor.
#[derive(Debug, Deserialize)]
pub(super) struct Stated {
    pub(super) dtype: Dtype,
    pub(super) shape: Shape,
    pub(super) data_offsets: (usize, usize),
}

/// The axes, up to the maximum number.
#[derive(Debug)]
pub(super) struct Shape(pub(super) Vec<usize>);

/// A tensor or the metadata.
#[derive(Debug)]
enum Entry {
    Tensor(Stated),
    Metadata,
}

/// The tensors of a header, in the order of their bytes.
pub(super) fn read(header: &[u8]) -> Result<Vec<(String, Stated)>, serde_json::Error> {
    let Entries(entries) = serde_json::from_slice::<Entries<Entry>>(header)?;
    let tensor = |(name, entry)| match entry {
        Entry::Tensor(_) if name == METADATA => Some(Err(serde_json::Error::custom("__metadata__ is a tensor"))),
        Entry::Tensor(stated) => Some(Ok((name, stated))),
        Entry::Metadata if name == METADATA => None,
        Entry::Metadata => {
            Some(Err(serde_json::Error::custom(format_args!("'{name}' lacks one of dtype, shape and data_offsets"))))
        }
    };
    let mut tensors = entries.into_iter().filter_map(tensor).collect::<Result<Vec<_>, _>>()?;
    tensors.sort_by_key(|(_, stated)| stated.data_offsets);
    Ok(tensors)
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            dtype: Option<Dtype>,
            shape: Option<Shape>,
            data_offsets: Option<(usize, usize)>,
        }
        Ok(match Fields::deserialize(deserializer)? {
            Fields { dtype: Some(dtype), shape: Some(shape), data_offsets: Some(data_offsets) } => {
                Self::Tensor(Stated { dtype, shape, data_offsets })
            }
            _ => Self::Metadata,
        })
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the lengths of the axes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        let mut shape = Vec::new();
        while let Some(axis) = seq.next_element()? {
            if shape.len() == MOST_AXES {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Err(A::Error::custom(format_args!("a shape has more than {MOST_AXES} axes")));
            }
            shape.push(axis);
        }
        Ok(Shape(shape))
    }
}
