//! Small files in the format of MNIST and Fashion-MNIST.

use std::fs;

use super::super::gzip::tests::gzip;
use super::*;

/// Returns the bytes of an IDX file of unsigned bytes.
pub(in super::super) fn idx(dimensions: &[u32], elements: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, u8::try_from(dimensions.len()).unwrap()];
    bytes.extend(dimensions.iter().flat_map(|dimension| dimension.to_be_bytes()));
    bytes.extend(elements);
    bytes
}

fn provenance() -> Provenance {
    Provenance { name: "images".to_owned(), source: "the test".to_owned(), license: "none".to_owned() }
}

/// Returns `count` images of 2 x 3, where image `i` has all pixels `i` and label `3 * (i % 3)`.
fn table(count: u8) -> (Vec<u8>, Vec<u8>) {
    let pixels: Vec<u8> = (0..count).flat_map(|image| [image; 6]).collect();
    let labels: Vec<u8> = (0..count).map(|image| image % 3 * 3).collect();
    (idx(&[count.into(), 2, 3], &pixels), idx(&[count.into()], &labels))
}

#[test]
fn a_folder_of_four_files_plain_or_compressed() {
    let (train, test) = (table(60), table(9));
    let mut sets = Vec::new();
    for (dash, compressed) in [("-", true), ("-", false), (".", false)] {
        let folder = tempfile::tempdir().unwrap();
        for (prefix, (images, labels)) in [("train", &train), ("t10k", &test)] {
            for (kind, bytes) in [("images", images), ("labels", labels)] {
                let number = if kind == "images" { 3 } else { 1 };
                let name = format!("{prefix}-{kind}{dash}idx{number}-ubyte");
                if compressed {
                    fs::write(folder.path().join(name + ".gz"), gzip(bytes)).unwrap();
                } else {
                    fs::write(folder.path().join(name), bytes).unwrap();
                }
            }
        }
        sets.push(read_folder(folder.path(), provenance()).unwrap());
    }
    let set = &sets[0];
    assert!(sets.iter().all(|other| other == set));
    assert_eq!((set.features(), set.train().len(), set.held_out().len(), set.split()), (6, 60, 9, None));
    assert_eq!(set.classes(), ["0", "3", "6"]);
    assert_eq!(set.train().row(51).unwrap(), (&[0.2; 6][..], 0));
    assert_eq!(set.held_out().row(8).unwrap(), (&[8.0 / 255.0; 6][..], 2));
}

#[test]
fn either_file_of_a_pair_is_split() {
    let folder = tempfile::tempdir().unwrap();
    let (images, labels) = table(60);
    let paths = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"].map(|name| folder.path().join(name));
    fs::write(&paths[0], gzip(&images)).unwrap();
    fs::write(&paths[1], labels).unwrap();
    let sets = [0, 1].map(|at: usize| read_pair(&paths[at], provenance(), Split::default()).unwrap());
    assert_eq!(sets[0], sets[1]);
    assert_eq!((sets[0].train().len(), sets[0].held_out().len()), (48, 12));
    for part in [sets[0].train(), sets[0].held_out()] {
        for row in 0..part.len() {
            let (pixels, class) = part.row(row).unwrap();
            let image = (pixels[0] * 255.0).round();
            assert_eq!([image % 3.0], [f64::from(u8::try_from(class).unwrap())]);
        }
    }
}

#[test]
fn files_that_do_not_belong_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (images, labels) = table(12);
    let message = |name: &str| {
        let message = read_pair(&path(name), provenance(), Split::default()).unwrap_err().to_string();
        assert!(!message.contains('\n'));
        message
    };
    fs::write(path("a-images-idx3-ubyte"), &images).unwrap();
    assert!(message("a-images-idx3-ubyte").contains("no a-labels-idx1-ubyte or a-labels-idx1-ubyte.gz next to it"));
    fs::write(path("pixels"), &images).unwrap();
    assert!(message("pixels").contains("neither 'images' nor 'labels'"));
    for (labels, words) in [
        (idx(&[11], &[0; 11]), "11 labels for 12 images"),
        (idx(&[12, 1], &[0; 12]), "its dimensions are [12, 1], but labels have one"),
        (idx(&[12], &[5; 12]), "the number of classes is 1"),
    ] {
        fs::write(path("a-labels-idx1-ubyte"), labels).unwrap();
        assert!(message("a-images-idx3-ubyte").contains(words), "{words}");
    }
    fs::write(path("b-images-idx3-ubyte"), idx(&[12], &[0; 12])).unwrap();
    fs::write(path("b-labels-idx1-ubyte"), &labels).unwrap();
    assert!(message("b-images-idx3-ubyte").contains("its dimensions are [12], but images have at least two"));
}

#[test]
fn a_folder_that_is_not_complete() {
    let folder = tempfile::tempdir().unwrap();
    let message = || read_folder(folder.path(), provenance()).unwrap_err().to_string();
    assert!(message().contains("train-images-idx3-ubyte[.gz] is missing"));
    let (images, labels) = table(12);
    fs::write(folder.path().join("train-images-idx3-ubyte"), images).unwrap();
    fs::write(folder.path().join("train-labels-idx1-ubyte"), &labels).unwrap();
    assert!(message().contains("t10k-images-idx3-ubyte[.gz] is missing"));
    fs::write(folder.path().join("t10k-images-idx3-ubyte"), idx(&[12, 2, 2], &[0; 48])).unwrap();
    fs::write(folder.path().join("t10k-labels-idx1-ubyte"), &labels).unwrap();
    assert!(message().contains("training rows have 6 features, but held-out rows have 4"));
}
