//! The zip format since PyTorch 1.6: `data.pkl`, `data/0`, `data/1`, ..., in one folder.

use super::super::Tensor;
use super::super::archive::Archive;
use super::super::pickle;
use super::objects::Objects;
use super::views;

/// The suffix of the member that holds the pickle.
const PICKLE: &str = "/data.pkl";

/// The folder of the members in a PyTorch archive.
pub(in super::super) fn root(archive: &Archive) -> Option<&str> {
    let root = |name: &'_ str| name.strip_suffix(PICKLE).map(str::len).filter(|len| !name[..*len].contains('/'));
    archive.members().iter().find_map(|member| member.name.get(..root(&member.name)?))
}

/// Reads the tensors of an archive.
pub(in super::super) fn of_archive(archive: &Archive, root: &str, bytes: &[u8]) -> Result<Vec<Tensor>, String> {
    let member = |name: &str| archive.member(&format!("{root}/{name}"));
    let read = |name: &str| -> Result<Option<_>, String> {
        let Some(member) = member(name) else { return Ok(None) };
        member.source.read(bytes).map(Some).map_err(|reason| format!("member '{}' {reason}", member.name))
    };
    let big_endian = match read("byteorder")?.as_deref() {
        None | Some(b"little") => false,
        Some(b"big") => true,
        Some(_) => return Err("has a byte order that is neither little nor big".to_owned()),
    };
    let program = read("data.pkl")?.ok_or("lacks data.pkl")?;
    let mut objects = Objects::default();
    let pickle =
        pickle::run(&program, 0, &mut objects).map_err(|reason| format!("member '{root}{PICKLE}' {reason}"))?;
    views::tensors(&pickle, &objects, big_endian, &mut |key, _| {
        let storage =
            member(&format!("data/{key}")).ok_or_else(|| format!("is in '{root}/data/{key}', which is missing"))?;
        Ok(storage.source)
    })
}
