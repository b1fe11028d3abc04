//! Valid and invalid tables.

use std::path::{Path, PathBuf};

use super::super::gzip::tests::gzip;
use super::*;

fn parse(text: &str, options: &CsvOptions) -> Result<Table, DataError> {
    super::parse(Path::new("table.csv"), text.as_bytes(), b',', options)
}

fn label(label: &str) -> CsvOptions {
    CsvOptions { label: Some(label.to_owned()), header: None }
}

fn message(text: &str) -> String {
    parse(text, &CsvOptions::default()).unwrap_err().to_string()
}

#[test]
fn one_table_in_many_spellings() {
    let table = Table {
        features: 2,
        inputs: vec![1.0, -2.5, 3.0, 4.0, 5e-3, 6.0, 7.0, 8.0],
        classes: vec!["cat".to_owned(), "dog".to_owned()],
        labels: vec![1, 0, 1, 0],
    };
    for text in [
        "1,-2.5,dog\n3,4,cat\n0.005,6,dog\n7,8,cat\n",
        "x,y,kind\n1,-2.5,dog\n3,4,cat\n0.005,6,dog\n7,8,cat",
        "\u{feff}x,y,kind\r\n1,-2.5,dog\r\n3,4,cat\r\n0.005,6,dog\r\n7,8,cat\r\n",
        "# a comment\n\n 1 , -2.5 , dog \n\n3,4,cat\n# another\n+5e-3,6.,dog\n7,8,\"cat\"\n\n",
        "\"1\",\"-2.5\",\"dog\"\n3,4,cat\n.005,6,dog\n7,8,cat",
    ] {
        assert_eq!(parse(text, &CsvOptions::default()).unwrap(), table, "{text}");
    }
    let first = "kind,x,y\ndog,1,-2.5\ncat,3,4\ndog,0.005,6\ncat,7,8";
    for column in ["kind", "1"] {
        assert_eq!(parse(first, &label(column)).unwrap(), table, "{column}");
    }
    let tabs = "1\t-2.5\tdog\n3\t4\tcat\n0.005\t6\tdog\n7\t8\tcat";
    assert_eq!(super::parse(Path::new("table.tsv"), tabs.as_bytes(), b'\t', &CsvOptions::default()).unwrap(), table);
}

#[test]
fn a_header_is_found_or_stated() {
    let numbers = "0,1,2\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n";
    let header = |header| CsvOptions { label: None, header };
    assert_eq!(parse(numbers, &header(Some(true))).unwrap().labels, [0, 1, 0, 1]);
    assert!(parse(numbers, &header(None)).is_err());
    let text = "x,y,0\n3,4,1\n5,6,0\n";
    assert!(parse(text, &header(None)).unwrap_err().to_string().contains("2 rows are too few for 2 classes"));
    assert!(parse(text, &header(Some(false))).unwrap_err().to_string().contains("'x' is not a number"));
}

#[test]
fn bad_tables_are_named_by_line_and_column() {
    for (text, words) in [
        ("", "\"table.csv\": no rows"),
        ("\n\n# nothing\n", "no rows"),
        ("x,y,kind\n", "a header but no rows"),
        ("1\n2\n", "only one column; separate the features and the class with a comma"),
        ("1;2;a\n3;4;b\n", "only one column"),
        ("1,2,a\n3,b\n", "line 2: 2 columns, but line 1 has 3"),
        ("#\n\nx,y,kind\n#\n1,2,a\n\n3,4,5,b\n", "line 7: 4 columns, but line 3 has 3"),
        ("1,2,a\n3,4,b\n   \n", "line 3: 1 columns"),
        ("1,2,a\n3,NaN,b\n", "line 2, column 2: 'NaN' is not a finite number"),
        ("1,2,a\n-inf,4,b\n", "line 2, column 1: '-inf' is not a finite number"),
        ("1,2,a\n1e999,4,b\n", "line 2, column 1: '1e999' is not a finite number"),
        ("nan,nan,a\n1,2,b\n", "line 1, column 1: 'nan' is not a finite number"),
        ("x,y,kind\n1,2,a\n3,,b\n", "line 3, column 2 ('y'): the cell is empty"),
        ("x,y,kind\r\n1,2,a\r\n\r\n3,four,b\r\n", "line 4, column 2 ('y'): 'four' is not a number"),
        ("x,y,kind\n1,2,a\n3,4,\n", "line 3, column 3 ('kind'): the label is ''"),
        ("x,y,kind\n1,2,0\n3,4,1\n5,6,0.5\n1,2,0\n", "line 4, column 3 ('kind'): the label 0.5 is not a whole number"),
        ("x,y,kind\n1,2,a\n3,4,a\n", "column 3 ('kind'): every row has class 'a'"),
        ("1,2,a\n3,4,b\n5,6,c\n", "column 3: 3 rows are too few for 3 classes"),
        ("1,2,a\n\"3,4,b\n5,6,a\n", "line 2: 1 columns"),
    ] {
        let message = message(text);
        assert!(message.contains(words), "{text:?}: {message}");
        assert!(!message.contains('\n'), "{message}");
    }
    let latin1 = super::parse(Path::new("t.csv"), b"x,y\n1,2\n\xe9,4\n", b',', &CsvOptions::default());
    assert!(latin1.unwrap_err().to_string().contains("line 3: not valid UTF-8"));
}

#[test]
fn a_label_column_that_is_not_there() {
    let text = "x,y,kind\n1,2,a\n3,4,b\n1,2,a\n3,4,b\n";
    for (column, words) in [
        ("class", "no column named 'class'; the first line is 'x', 'y', 'kind'"),
        ("4", "no column '4'; the columns are 1 to 3"),
        ("0", "no column '0'"),
    ] {
        let message = parse(text, &label(column)).unwrap_err().to_string();
        assert!(message.contains(words), "{column}: {message}");
    }
    let no_header = CsvOptions { header: Some(false), ..label("kind") };
    assert!(parse(text, &no_header).is_err());
}

#[test]
fn plain_and_compressed_files_hold_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"1,2,a\n3,4,b\n5,6,a\n7,8,b\n";
    let (plain, compressed) = (folder.path().join("t.csv"), folder.path().join("t.csv.gz"));
    std::fs::write(&plain, text).unwrap();
    std::fs::write(&compressed, gzip(text)).unwrap();
    let read = |path: &PathBuf| read(path, delimiter(path).unwrap(), &CsvOptions::default()).unwrap();
    assert_eq!(read(&plain), read(&compressed));
}

#[test]
fn the_delimiter_is_the_extensions() {
    let of = |name: &str| delimiter(Path::new(name));
    assert_eq!(
        (of("a.csv"), of("b/A.CSV.gz"), of("a.tsv"), of("a.tsv.GZ")),
        (Some(b','), Some(b','), Some(b'\t'), Some(b'\t'))
    );
    assert_eq!((of("a"), of("a.gz"), of("csv"), of("a.txt"), of("/")), (None, None, None, None, None));
}
