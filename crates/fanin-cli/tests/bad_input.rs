//! Tests of bad input to `compare`, `sample` and `gain`.

use crate::command::{entries, fanin, folder, stderr};

/// One line on stderr that names the problem; nothing on stdout, nothing on disk.
#[test]
fn bad_input_is_one_line_that_names_it() {
    let folder = folder();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    file("empty.csv", "");
    file("ragged.csv", "a,b,label\n1,2,0\n1,2\n");
    file("nan.csv", "a,b,label\n1,2,0\n1,NaN,1\n1,1,1\n1,1,0\n");
    file("folder-is-a-file", "");
    let before = entries(folder.path());
    for (line, word) in [
        ("sample --init he_norml --shape 4,4 --layout oi --out x.npy", "he_norml"),
        ("sample --init normal(std=-1) --shape 4 --out x.npy", "std = -1"),
        ("sample --init normal(std=nan) --shape 4 --out x.npy", "std = NaN"),
        ("sample --init he_normal --shape 4,4 --out x.npy", "no layout is stated"),
        ("sample --init he_normal --shape 4 --layout oi --out x.npy", "a vector has none"),
        ("sample --init he_normal --shape 4,4,4 --layout oi --out x.npy", "layout oi"),
        ("sample --init normal --shape 9999999999999,9999999999999 --out x.npy", "[9999999999999, 9999999999999]"),
        ("sample --init normal --shape 99999999999999 --out x.npy", "do not fit in memory"),
        ("sample --init normal --shape 4,b --out x.npy", "'b'"),
        ("sample --init normal --shape 4 --start 3 --count 2 --out x.npy", "element 3"),
        ("sample --init normal --shape 4 --dtype f8 --out x.npy", "f8"),
        ("sample --init normal --shape 4 --out x.bin", "x.bin"),
        ("sample --init normal --shape 4 --out folder-is-a-file/x.npy", "folder-is-a-file"),
        ("compare --init foo", "'foo'"),
        ("compare --init normal(std=-2)", "std = -2"),
        ("compare --data empty.csv", "empty.csv"),
        ("compare --data ragged.csv", "ragged.csv"),
        ("compare --data nan.csv", "nan.csv"),
        ("compare --data nosuch.csv", "nosuch.csv"),
        ("compare --widths 3,4", "[3, 4]"),
        ("compare --hidden 0", "[64, 0, 10]"),
        ("compare --hidden 4,4 --activation tanh,tanh,tanh", "3 activations for 2"),
        ("compare --activation swish9", "swish9"),
        ("compare --rate=-1", "rate = -1"),
        ("compare --optimizer lion", "lion"),
        ("compare --optimizer adam(beta1=2)", "beta1 = 2"),
        ("compare --batch 0", "batch = 0"),
        ("compare --batch some", "'some'"),
        ("compare --steps 0", "steps = 0"),
        ("compare --seeds 0", "seeds = 0"),
        ("compare --seeds 1,1", "seed 1"),
        ("compare --out folder-is-a-file", "folder-is-a-file"),
        ("compare --nonsense", "--nonsense"),
        ("sample --init uniform(-3e38,3e38) --shape 4 --out x.npy", "high - low"),
        ("sample --init constant(1e300) --shape 4 --out x.npy", "value = 1e300 is out of range for f32"),
        ("sample --init normal(std=1e300) --shape 4 --out x.npy", "std = 1e300 is out of range for f32"),
        ("sample --init normal --shape 4 --name __metadata__ --out x.safetensors", "__metadata__"),
        ("sample --init he_normal --shape 64 --out x.npy", "a vector has none; use an initializer that needs no fan"),
        ("compare --batch -1", "'-1'"),
        ("compare --optimizer sgd(rate=-1)", "rate = -1"),
        ("compare --backend torch", "torch"),
        ("gain gleu", "did you mean 'gelu'?"),
        ("gain tanh(slope=2)", "tanh has no argument 'slope'"),
        ("gain elu(alpha=1e200)", "E[f(z)^2] is not finite"),
        ("gain", "ACTIVATION"),
        ("nonsense", "nonsense"),
    ] {
        let output = fanin(folder.path(), &line.split(' ').collect::<Vec<_>>());
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{line}: {message}");
        assert!(message.contains(word), "{line}: {message}");
        assert_eq!(message.lines().count(), 1, "{line}: {message}");
        assert!(output.stdout.is_empty(), "{line}");
        assert_eq!(entries(folder.path()), before, "{line}");
    }
}
