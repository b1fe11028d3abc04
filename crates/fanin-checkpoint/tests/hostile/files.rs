//! Damaged and malicious files, each with the expected error.

#[path = "archive.rs"]
pub(crate) mod archive;
#[path = "pickles.rs"]
pub(crate) mod pickles;

use archive::{Member, archive, deflated, stored};
use pickles::{call, entry, legacy, list, long, tensor, text, torch};

/// A file and its fault.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// The text that the message must contain.
    pub(crate) said: &'static str,
    /// Whether opening fails; otherwise loading the values does.
    pub(crate) at_once: bool,
}

/// Returns all files.
pub(crate) fn all() -> Vec<Hostile> {
    let mut files = safetensors();
    files.extend(arrays());
    files.extend(archives());
    files.extend(programs());
    files.extend(others());
    files
}

fn hostile(name: &'static str, bytes: Vec<u8>, said: &'static str) -> Hostile {
    Hostile { name, bytes, said, at_once: true }
}

fn late(name: &'static str, bytes: Vec<u8>, said: &'static str) -> Hostile {
    Hostile { name, bytes, said, at_once: false }
}

pub(crate) fn with_header(header: &str, values: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + values, 0);
    bytes
}

fn safetensors() -> Vec<Hostile> {
    let one = |shape: &str, offsets: &str| {
        with_header(&format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#), 8)
    };
    let two = |first: &str, second: &str| {
        let tensor =
            |name: &str, offsets: &str| format!(r#""{name}":{{"dtype":"F32","shape":[1],"data_offsets":{offsets}}}"#);
        with_header(&format!("{{{},{}}}", tensor("a", first), tensor("b", second)), 8)
    };
    let twice = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#;
    let mut not_text = one("[2]", "[0,8]");
    not_text[10] = 0xff;
    let long = [&(1_u64 << 63).to_le_bytes()[..], b"{}"].concat();
    vec![
        hostile("long.safetensors", long, "a header of 9223372036854775808 bytes"),
        hostile("cut.safetensors", one("[2]", "[0,8]")[..40].to_vec(), "is truncated"),
        hostile("short.safetensors", one("[2]", "[0,8]")[..7].to_vec(), "too few"),
        hostile("values.safetensors", one("[3]", "[0,12]"), "declares 12 bytes of values, but the file contains 8"),
        hostile("overlap.safetensors", two("[0,4]", "[2,6]"), "'b' overlaps 'a'"),
        hostile("hole.safetensors", two("[0,2]", "[4,8]"), "bytes 2 to 4 belong to no tensor"),
        hostile("late.safetensors", two("[4,8]", "[8,12]"), "bytes 0 to 4 belong to no tensor"),
        hostile("reversed.safetensors", one("[2]", "[8,0]"), "bytes 0 to 8"),
        hostile("backwards.safetensors", two("[0,8]", "[8,4]"), "before its start"),
        hostile("twice.safetensors", with_header(twice, 8), "duplicate name 'a'"),
        hostile("bytes.safetensors", one("[3]", "[0,8]"), "'a' needs 12 bytes"),
        hostile("fewer.safetensors", one("[1]", "[0,8]"), "'a' has 8 bytes, which do not match the shape [1] of f32"),
        hostile("product.safetensors", one("[4294967296,4294967296]", "[0,8]"), "too large for memory"),
        hostile("axes.safetensors", one(&format!("[{}1]", "1,".repeat(70)), "[0,8]"), "more than 64 axes"),
        hostile("type.safetensors", with_header(r#"{"a":{"dtype":"F7","shape":[1],"data_offsets":[0,4]}}"#, 4), "F7"),
        hostile("lacks.safetensors", with_header(r#"{"a":{"dtype":"F32","shape":[1]}}"#, 0), "lacks one of"),
        hostile("words.safetensors", not_text, "invalid safetensors header"),
        hostile(
            "nested.safetensors",
            with_header(&format!("{{\"a\":{}", "[".repeat(100_000)), 0),
            "invalid safetensors header",
        ),
    ]
}

fn npy(header: &str, values: usize) -> Vec<u8> {
    let length = u16::try_from(header.len()).expect("a short header").to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &vec![0; values]].concat()
}

fn arrays() -> Vec<Hostile> {
    let of = |descr: &str, shape: &str, values| {
        npy(&format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n"), values)
    };
    vec![
        hostile("cut.npy", of("'<f4'", "(2,)", 8)[..20].to_vec(), "truncated in its header"),
        hostile("long.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}".to_vec(), "a header of 4294967295 bytes"),
        hostile("fewer.npy", of("'<f4'", "(3,)", 8), "needs 12 bytes"),
        hostile("more.npy", of("'<f4'", "(3,)", 16), "has 16 bytes, which do not match the shape [3] of f32"),
        hostile("product.npy", of("'<f4'", "(4294967296, 4294967296)", 8), "too large for memory"),
        hostile("objects.npy", of("'|O'", "(1,)", 8), "dtype object"),
        hostile("fields.npy", of("[('a', '<f4')]", "(1,)", 4), "structured array"),
        hostile("nested.npy", npy(&"(".repeat(60_000), 0), "where '{' is expected"),
        hostile("member.npz", archive(&[stored("w.npy", &of("'<f4'", "(3,)", 8))]), "'w' needs 12 bytes"),
        hostile(
            "pickled.npz",
            archive(&[deflated("w.npy", &of("'|O'", "(1,)", 8))]),
            "'w' holds pickled Python objects",
        ),
    ]
}

/// Returns an archive with a single member, modified.
fn changed(mut member: Member, change: impl FnOnce(&mut Member)) -> Vec<u8> {
    change(&mut member);
    archive(&[member])
}

fn archives() -> Vec<Hostile> {
    let array = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000,), }\n", 4000);
    let bomb = |member: &mut Member| (member.content, member.size) = (vec![0; 400_000], 300_000_000);
    let (stored, deflated) = (|| stored("w.npy", &array), || deflated("w.npy", &array));
    let twice = archive(&[stored(), stored()]);
    let overlap = archive(&[stored(), Member { name: "v.npy".to_owned(), place: Some(0), ..stored() }]);
    let cut = archive(&[stored()]);
    vec![
        hostile("cut.npz", cut[..cut.len() - 30].to_vec(), "truncated zip archive"),
        hostile("twice.npz", twice, "'w.npy' is in the archive twice"),
        hostile("overlap.npz", overlap, "members 'w.npy' and 'v.npy' overlap"),
        hostile("secret.npz", changed(stored(), |member| member.flags = 1), "'w.npy' is encrypted"),
        hostile("method.npz", changed(stored(), |member| member.method = 93), "'w.npy' uses the compression"),
        hostile("size.npz", changed(stored(), |member| member.size += 1), "'w.npy' is stored uncompressed in"),
        hostile("outside.npz", changed(stored(), |member| member.place = Some(1 << 30)), "'w.npy' is truncated"),
        hostile("bomb.npz", changed(deflated(), bomb), "member 'w.npy' expands from"),
        hostile(
            "dense.npz",
            changed(deflated(), |member| member.size = u32::MAX),
            "member 'w.npy' declares 4294967295 bytes",
        ),
        late("lie.npz", changed(deflated(), |member| member.crc ^= 1), "'w' is damaged: wrong checksum"),
        hostile("less.npz", changed(deflated(), |member| member.size -= 1), "'w' needs 4000 bytes"),
        hostile("noise.npz", changed(deflated(), |member| member.content.fill(0xff)), "'w' is damaged"),
        hostile("empty.npz", archive(&[]), "is an empty zip archive"),
        hostile("words.zip", archive(&[archive::stored("readme.txt", b"words")]), "it contains 'readme.txt'"),
        hostile("export.pt2", archive(&[archive::stored("x/archive_format", b"pt2")]), "torch.export"),
        hostile("package.pt", archive(&[archive::stored("m/.data/extern_modules", b"torch")]), "torch.package"),
        hostile("model.keras", archive(&[archive::stored("model.weights.h5", b"")]), "Keras"),
    ]
}

fn programs() -> Vec<Hostile> {
    let whole = |shape: &[i64], strides: &[i64]| torch(&entry("w", &tensor(shape, strides, 0)));
    let deep = [&b"}"[..], &text("a"), &b"}X\x01\0\0\0a".repeat(300), b"N", &b"s".repeat(301)].concat();
    let deep = list(&[tensor(&[4], &[1], 0), [&b"(l"[..], &b"(l".repeat(300), &b"a".repeat(300)].concat(), deep]);
    let name = entry(&"n".repeat(5000), &tensor(&[4], &[1], 0));
    let twice = [entry("w", &tensor(&[4], &[1], 0)), [&text("w")[..], &tensor(&[4], &[1], 0), b"s"].concat()].concat();
    let shared = |member: &str| {
        archive(&[
            stored("a/data.pkl", &[&entry("w", &tensor(&[4], &[1], 0))[..], b"."].concat()),
            stored(member, &[0; 16]),
        ])
    };
    vec![
        hostile("system.pt", torch(&call("posix", "system", "true")), "calls posix.system: this pickle would run code"),
        hostile("eval.pt", torch(&entry("w", &call("builtins", "eval", "1"))), "calls builtins.eval"),
        hostile("popen.pt", torch(b"(X\x04\0\0\0trueisubprocess\nPopen\n"), "calls subprocess.Popen"),
        hostile(
            "stacked.pt",
            torch(&[&text("os")[..], &text("system"), b"\x93(", &text("true"), b"tR"].concat()),
            "calls os.system",
        ),
        hostile("new.pt", torch(b"csubprocess\nPopen\n(X\x04\0\0\0truet\x81"), "calls subprocess.Popen"),
        hostile("system.pth", legacy(&call("nt", "system", "true"), &[]), "calls nt.system"),
        hostile("object.pt", torch(b"}"), "contains no tensor"),
        hostile("cut.pt", torch(b"X\xff\xff\xff\x7fw"), "expected 2147483647 bytes"),
        hostile("length.pt", torch(b"\x8d\xff\xff\xff\xff\xff\xff\xff\xffw"), "is truncated"),
        hostile("end.pt", archive(&[stored("a/data.pkl", b"}")]), "is truncated"),
        hostile("underflow.pt", torch(b"}ss"), "that needs a missing value"),
        hostile("mark.pt", torch(b"}(s"), "that needs a missing value"),
        hostile("memo.pt", torch(b"j\x01\0\0\0"), "that needs a missing value"),
        hostile("unknown.pt", torch(b"}\xff"), "invalid pickle instruction 0xff at byte 3"),
        hostile("protocol.pt", torch(b"\x80\x09}"), "protocol 9"),
        hostile("extension.pt", torch(b"\x82\x01"), "instruction 0x82"),
        hostile("flood.pt", torch(&b"]".repeat(9_000_000)), "contains more than 8388608 objects"),
        hostile("marks.pt", torch(&b"(".repeat(9_000_000)), "contains more than 8388608 objects"),
        hostile("deep.pt", torch(&deep), "is nested more than 200 levels deep"),
        hostile("name.pt", torch(&name), "a name of more than 4096 bytes"),
        hostile("twice.pt", torch(&twice), "contains 'w' twice"),
        hostile("beyond.pt", whole(&[5], &[1]), "'w' needs 20 bytes from byte 0 of 16"),
        hostile("strides.pt", whole(&[2, 2], &[1, 9]), "'w' reaches past the 16 bytes"),
        hostile("expanded.pt", whole(&[1 << 40], &[0]), "'w' expands 16 bytes"),
        hostile("product.pt", whole(&[1 << 40, 1 << 40], &[0, 0]), "too large for memory"),
        hostile("overflow.pt", whole(&[3, 2], &[i64::MAX, 1]), "'w' reaches past"),
        hostile("negative.pt", whole(&[2], &[-1]), "'w' has an invalid shape or strides"),
        hostile("axes.pt", whole(&[1, 2], &[1]), "'w' has 2 axes and 1 strides"),
        hostile("offset.pt", torch(&entry("w", &tensor(&[1], &[1], i64::MAX))), "'w' starts outside its storage"),
        hostile("missing.pt", shared("a/data/1"), "'w' is in 'a/data/0', which is missing"),
        hostile(
            "storage.pt",
            archive(&[
                stored("a/data.pkl", &[&entry("w", &tensor(&[4], &[1], 0))[..], b"."].concat()),
                stored("a/data/0", &[0; 15]),
            ]),
            "declares 4 f32 but has 15 bytes",
        ),
        hostile(
            "order.pt",
            archive(&[stored("a/data.pkl", b"}."), stored("a/byteorder", b"middle")]),
            "neither little nor big",
        ),
        hostile("id.pt", torch(b"NQ"), "a persistent id that is not a PyTorch storage"),
        hostile(
            "class.pt",
            torch(b"(X\x07\0\0\0storagecos\nStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04tQ"),
            "of unknown type os.Storage",
        ),
        hostile(
            "rebuilt.pt",
            torch(&entry("w", b"ctorch._utils\n_rebuild_tensor_v2\n(NtR")),
            "'w' has an invalid storage, shape or strides",
        ),
        hostile("quantized.pt", torch(&entry("w", b"ctorch._utils\n_rebuild_qtensor\n)R")), "'w' is quantized"),
        hostile("other.pkl", b"\x80\x04}.".to_vec(), "a pickle not written by torch.save"),
        hostile(
            "cut.pth",
            legacy(&entry("w", &tensor(&[4], &[1], 0)), &[("0", &[0; 16], 9)]),
            "is truncated in its storage '0'",
        ),
        hostile(
            "huge.pth",
            legacy(&entry("w", &tensor(&[4], &[1], 0)), &[("0", &[0; 16], u64::MAX)]),
            "is truncated in its storage '0'",
        ),
        hostile("unknown.pth", legacy(b"}", &[("7", &[0; 16], 4)]), "a storage '7' that no tensor uses"),
        hostile("absent.pth", legacy(&entry("w", &tensor(&[4], &[1], 0)), &[]), "the missing storage '0'"),
        hostile("number.pth", b"\x80\x02\x8a\x0a0123456789.".to_vec(), "not written by torch.save"),
        hostile(
            "magic.pth",
            [&b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."[..], &long(7), b"."].concat(),
            "unknown version of PyTorch's legacy format",
        ),
    ]
}

fn others() -> Vec<Hostile> {
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    vec![
        hostile(
            "pointer.safetensors",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n".to_vec(),
            "git lfs pull",
        ),
        hostile("page.pt", b"<!DOCTYPE html><html></html>".to_vec(), "HTML"),
        hostile("model.onnx", b"\x08\x07\x12\x07pytorch".to_vec(), "ONNX"),
        hostile("model.h5", b"\x89HDF\r\n\x1a\n\0\0\0\0".to_vec(), "HDF5"),
        hostile("model.msgpack", b"\x81\xa6params\x81\xa6kernel\xc0".to_vec(), "msgpack"),
        hostile("model.mlmodel", b"\x08\x04\x12\x1f\x0a\x0bfeature".to_vec(), "Core ML"),
        hostile("saved_model.pb", b"\x08\x01\x12\x1f\x0a\x0bfeature".to_vec(), "TensorFlow graph"),
        hostile("model.ckpt.data-00000-of-00001", vec![0xbd; 64], "TensorFlow checkpoint"),
        hostile("zip.joblib", b"\x78\x9c\x6b\x60\x9b\x6a".to_vec(), "joblib"),
        hostile(
            "forest.joblib",
            b"\x80\x04\x8c\x13joblib.numpy_pickle\x8c\x11NumpyArrayWrapper\x93)\xff\xff\xff".to_vec(),
            "is a pickle of joblib",
        ),
        hostile("model.pdparams", b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n)R.".to_vec(), "NumPy arrays"),
        hostile("model.gguf", b"GGUF\x03\0\0\0\0\0\0\0".to_vec(), "GGUF"),
        hostile("old.pt", tar, "tar archive"),
        hostile("empty.pt", Vec::new(), "0 bytes"),
        hostile("noise.bin", b"0123456789".to_vec(), "starts with the bytes 30 31"),
        hostile("model.json", b"{}".to_vec(), "has no weight_map"),
        hostile("nested.json", [&br#"{"weight_map":"#[..], &b"[".repeat(100_000)].concat(), "is not a shard index"),
        hostile(
            "twice.json",
            br#"{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}"#.to_vec(),
            "duplicate name 'a'",
        ),
        hostile("escape.json", br#"{"weight_map":{"a":"../x.safetensors"}}"#.to_vec(), "not a file next to the index"),
        hostile(
            "shard.json",
            br#"{"weight_map":{"a":"nowhere.safetensors"}}"#.to_vec(),
            "lists the shard nowhere.safetensors",
        ),
    ]
}
