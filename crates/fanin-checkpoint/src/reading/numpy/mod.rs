//! The arrays of `NumPy`: `.npy`, one array, and `.npz`, a zip archive of them.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

mod descr;
mod header;

use super::Tensor;
use super::archive::{Archive, Member};
use super::inflate;
use super::place::{Place, Source};
use header::Header;

/// What the members of an `.npz` end on; their names without it are the arrays' names.
pub(super) const SUFFIX: &str = ".npy";

/// The array of an `.npy` file, by the name that is given.
pub(super) fn of_file(name: &str, bytes: &[u8]) -> Result<Tensor, String> {
    let source = Source::Stored { start: 0, len: bytes.len() };
    tensor(name, source, bytes).map_err(|reason| format!("'{name}' {reason}"))
}

/// The arrays of an `.npz`, in the order of its directory. Other members are no arrays and are passed over, as by `NumPy`.
pub(super) fn of_archive(archive: &Archive, bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let array = |member: &Member| {
        let name = member.name.strip_suffix(SUFFIX)?;
        let tensor = first(member.source, bytes).and_then(|start| tensor(name, member.source, &start));
        Some(tensor.map_err(|reason| format!("'{name}' {reason}")))
    };
    archive.members().iter().filter_map(array).collect()
}

/// At least the header of a member.
fn first(source: Source, bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, String> {
    match source {
        Source::Stored { .. } => source.read(bytes),
        Source::Deflated { start, len, .. } => {
            let deflated = start.checked_add(len).and_then(|end| bytes.get(start..end));
            inflate::start(deflated.ok_or("does not lie in the file")?, header::LONGEST).map(Into::into)
        }
    }
}

fn tensor(name: &str, source: Source, first: &[u8]) -> Result<Tensor, String> {
    let Header { descr, fortran_order, shape, end } = header::read(first)?;
    let (element, reversed) = descr::element(descr)?;
    // Column-major, the first axis is the innermost one.
    let strides = (fortran_order && shape.len() > 1).then(|| {
        let mut next = 1_usize;
        let stride = |&axis: &usize| {
            let stride = next;
            next = next.saturating_mul(axis);
            stride
        };
        shape.iter().map(stride).collect()
    });
    let tensor = Tensor::new(name.to_owned(), shape, element, Place { source, start: end, strides, reversed })?;
    let (stated, held) = (element.bytes(tensor.len), source.size() - end);
    match stated {
        Some(stated) if stated == held => Ok(tensor),
        _ => Err(format!("has {held} bytes, which are not {:?} of {element}", tensor.shape)),
    }
}
