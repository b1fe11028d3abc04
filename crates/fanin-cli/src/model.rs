//! The tensors of a model, from a checkpoint or a list of shapes.

use std::path::Path;

use fanin_checkpoint::listing::{self, Entry};

use crate::arguments::ListOfShapes;
use crate::failure::Failure;
use crate::{checkpoint, input};

/// The tensors of `--like` or `--shapes`, if one of them is given.
pub(crate) fn entries(like: Option<&Path>, shapes: Option<&ListOfShapes>) -> Result<Option<Vec<Entry>>, Failure> {
    let entries = match (like, shapes) {
        (Some(path), _) => {
            checkpoint::refuse_standard(path)?;
            listing::entries_of_checkpoint(path)
        }
        (None, Some(list)) => match list {
            ListOfShapes::Given(text) => listing::parse_shapes(text, list.origin()),
            ListOfShapes::File(_) if list.is_standard() => listing::parse_shapes(&input::standard()?, list.origin()),
            ListOfShapes::File(path) => listing::entries_of_shapes(path),
        },
        (None, None) => return Ok(None),
    };
    entries.map(Some).map_err(Failure::usage)
}
