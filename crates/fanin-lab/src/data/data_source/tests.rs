//! Text forms and the data sets that they name.

use std::fs;

use super::*;

fn source(text: &str) -> DataSource {
    text.parse().unwrap()
}

fn message(text: &str) -> String {
    let message = text.parse::<DataSource>().and_then(|source| source.load().map(|_| ())).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

#[test]
fn one_canonical_print() {
    for (text, canonical) in [
        ("digits", "digits"),
        (" lab() ", "lab"),
        ("moons", "moons"),
        ("moons(500, 0.1, 0)", "moons"),
        ("moons( seed=7 , n = 2e2 )", "moons(n = 200, seed = 7)"),
        ("xor(noise = 0.30)", "xor"),
        ("circles(noise = -0)", "circles(noise = 0)"),
        ("blobs(noise = 0.0010,)", "blobs(noise = 1e-3)"),
        ("spiral(seed = 9007199254740992)", "spiral(seed = 9007199254740992)"),
    ] {
        assert_eq!(source(text).to_string(), canonical, "{text}");
        assert_eq!(source(canonical), source(text));
    }
}

#[test]
fn errors_in_a_text_are_named() {
    for (text, words) in [
        (
            "mons",
            "unknown data set or file 'mons'; did you mean 'moons'? the data sets are digits, lab, circles, moons, \
             spiral, xor, blobs, corner; the path",
        ),
        ("", "unknown data set or file ''"),
        ("no/such/file.csv", "the path of a file or folder must exist"),
        ("no/such/file.csv(label = x)", "must exist"),
        ("a\nb", "'a\\nb'"),
        ("moons(n = \n@", "expected a value at '@'"),
        ("digits(n = 5)", "digits has no argument 'n'; it takes none"),
        ("moons(size = 5)", "its arguments are n, noise, seed"),
        ("moons(n = many)", "n = many is not a number"),
        ("moons(n = 0.5)", "moons: n = '0.5' is not a whole number"),
        ("moons(n = 1e300)", "is not a whole number"),
        ("moons(n = 9)", "from 10 to 10,000,000"),
        ("moons(n = nan)", "n = 'NaN'"),
        ("moons(noise = -0.1)", "noise = '-0.1' is not a number from 0 to 1000"),
        ("moons(noise = inf)", "noise = 'inf'"),
        ("moons(seed = -1)", "seed = '-1'"),
        ("moons(", "is not closed; add ')' at the end"),
        ("moons)", "unknown data set or file"),
        ("moons(1)(2)", "expected the end"),
    ] {
        assert!(message(text).contains(words), "{text:?}: {}", message(text));
    }
}

#[test]
fn a_table_by_path_with_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("petals (small).csv");
    let mut rows = vec!["length (cm),kind of flower,width".to_owned()];
    rows.extend((0..20).map(|row| format!("{row},k{},{}", row % 2, 10 * row)));
    fs::write(&path, rows.join("\n")).unwrap();
    let path = path.to_str().unwrap();
    let text = format!("{path}(label = kind of flower, standardize = false, held_out = 0.25, seed = 3)");
    let set = source(&text).load().unwrap();
    assert_eq!((set.name(), set.provenance().source.as_str()), ("petals (small)", path));
    assert_eq!((set.train().len(), set.held_out().len(), set.features()), (14, 6, 2));
    assert_eq!(set.classes(), ["k0", "k1"]);
    for part in [set.train(), set.held_out()] {
        for row in 0..part.len() {
            let (values, class) = part.row(row).unwrap();
            assert_eq!((values[1], class), (10.0 * values[0], usize::from(values[0] % 2.0 > 0.5)));
        }
    }
    assert_eq!(source(&text).to_string(), text);
    assert_eq!(source(&source(&text).to_string()), source(&text));

    let by_default = source(&format!("{path}( label=2 )"));
    assert_eq!(by_default.to_string(), format!("{path}(label = 2)"));
    let train = by_default.load().unwrap().train().clone();
    for feature in 0..2 {
        let column: Vec<f64> = train.inputs().iter().skip(feature).step_by(2).copied().collect();
        let mean = column.iter().sum::<f64>() / 16.0;
        let variance = column.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 16.0;
        assert!(mean.abs() < 1e-15 && (variance - 1.0).abs() < 1e-14);
    }

    for (arguments, words) in [
        ("", "'k0' is not a number; use numeric features"),
        ("label = color", "no column named 'color'"),
        ("label = 2, label = 3", "label is given twice"),
        ("label = 2, held_out = 1", "held_out = '1' is not between 0 and 1"),
        ("label = 2, seed = 0.5", "seed = '0.5' is not a whole number"),
        ("label = 2, header = maybe", "header = maybe is not one of auto, true, false"),
        ("label = 2, limit = 5", "file has no argument 'limit'; its arguments are header, standardize, held_out, seed"),
    ] {
        let text = if arguments.is_empty() { path.to_owned() } else { format!("{path}({arguments})") };
        assert!(message(&text).contains(words), "{text}: {}", message(&text));
    }
}

#[test]
fn images_by_path() {
    use super::super::idx::tests::idx;
    let folder = tempfile::tempdir().unwrap();
    let labels: Vec<u8> = (0..20).map(|image| image % 2).collect();
    for prefix in ["train", "t10k"] {
        fs::write(folder.path().join(format!("{prefix}-images-idx3-ubyte")), idx(&[20, 2, 2], &[51; 80])).unwrap();
        fs::write(folder.path().join(format!("{prefix}-labels-idx1-ubyte")), idx(&[20], &labels)).unwrap();
    }
    let both = folder.path().to_str().unwrap();
    let one = format!("{both}/train-images-idx3-ubyte");
    assert_eq!(source(both).load().unwrap().held_out().len(), 20);
    let set = source(&one).load().unwrap();
    assert_eq!((set.name(), set.train().len(), set.train().inputs()[0]), ("train-images-idx3-ubyte", 16, 0.2));
    assert_eq!(source(&format!("{both}(standardize = true)")).load().unwrap().train().inputs()[..4], [0.0; 4]);
    for (text, words) in [
        (format!("{both}(held_out = 0.5)"), "t10k files are held out; remove held_out and seed"),
        (format!("{both}(label = 3)"), "IDX files have no columns"),
        (format!("{one}(header = true)"), "IDX files have no columns"),
    ] {
        assert!(message(&text).contains(words), "{text}: {}", message(&text));
    }
}

#[test]
fn files_of_another_kind() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("notes.txt", &b"1,2,3\n"[..]), ("empty", b""), ("image.png", b"\x89PNG")] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let text = folder.path().join(name).to_str().unwrap().to_owned();
        assert!(message(&text).contains("not an IDX file; a table needs the extension"), "{name}");
    }
    assert!(message(folder.path().to_str().unwrap()).contains("train-images-idx3-ubyte[.gz] is missing"));
}

#[test]
fn a_name_comes_before_a_file() {
    assert_eq!(source("digits"), DataSource::Digits);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("digits");
    fs::write(&path, "").unwrap();
    assert!(matches!(source(path.to_str().unwrap()), DataSource::File(_)));
}
