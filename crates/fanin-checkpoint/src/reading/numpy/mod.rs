//! `NumPy` arrays: `.npy`, one array, and `.npz`, a zip archive of arrays.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

mod descr;
mod header;

use super::archive::{Archive, Member};
use super::inflate;
use super::place::{Place, Source};
use super::{ElementType, Tensor};
use header::Header;

/// The suffix of the members of an `.npz`. It is not part of the array names.
pub(super) const SUFFIX: &str = ".npy";

/// Reads the array of an `.npy` file under a given name.
pub(super) fn of_file(name: &str, bytes: &[u8]) -> Result<Tensor, String> {
    let source = Source::Stored { start: 0, len: bytes.len() };
    let array = tensor(name, source, bytes).map_err(|reason| format!("'{name}' {reason}"))?;
    refusal(&array).map_or(Ok(array), Err)
}

/// The reason to reject a file that contains only arrays of unsupported types such as this one.
fn refusal(array: &Tensor) -> Option<String> {
    let ElementType::Unread { how } = array.element else { return None };
    Some(format!("'{}' holds {how}; save it as an array of numbers", array.name))
}

/// Reads the arrays of an `.npz`, in the order of its directory. Other members are skipped, as in `NumPy`. Arrays of
/// objects and records are listed alongside arrays of numbers.
pub(super) fn of_archive(archive: &Archive, bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let array = |member: &Member| {
        let name = member.name.strip_suffix(SUFFIX)?;
        let tensor = first(member.source, bytes).and_then(|start| tensor(name, member.source, &start));
        Some(tensor.map_err(|reason| format!("'{name}' {reason}")))
    };
    let arrays: Vec<Tensor> = archive.members().iter().filter_map(array).collect::<Result<_, _>>()?;
    let refusals: Option<Vec<String>> = arrays.iter().map(refusal).collect();
    // An archive without any array of numbers is refused, with the reason.
    match refusals.unwrap_or_default().into_iter().next() {
        Some(refusal) => Err(refusal),
        None => Ok(arrays),
    }
}

/// Reads the start of a member, at least its header.
fn first(source: Source, bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, String> {
    match source {
        Source::Stored { .. } => source.read(bytes),
        Source::Deflated { start, len, .. } => {
            let deflated = start.checked_add(len).and_then(|end| bytes.get(start..end));
            inflate::start(deflated.ok_or("lies outside the file")?, header::LONGEST).map(Into::into)
        }
    }
}

fn tensor(name: &str, source: Source, first: &[u8]) -> Result<Tensor, String> {
    let Header { descr, fortran_order, shape, end } = header::read(first)?;
    let (element, reversed) = descr::element(descr)?;
    if let ElementType::Unread { .. } = element {
        return Tensor::new(name.to_owned(), shape, element, Place::plain(0, 0));
    }
    // In column-major order, the first axis has stride 1.
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
        _ => Err(format!("has {held} bytes, which do not match the shape {:?} of {element}", tensor.shape)),
    }
}
