//! The front page of the crate's documentation contains the README's quick start.

/// Returns the Rust code blocks of a Markdown text, without the lines that rustdoc hides.
fn rust_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(fence) = lines.find(|line| line.starts_with("```")) {
        let block = lines.by_ref().take_while(|line| !line.starts_with("```"));
        let code: Vec<&str> = block.filter(|line| !line.starts_with("# ")).collect();
        if ["```", "```rust"].contains(&fence) {
            blocks.push(code.join("\n"));
        }
    }
    blocks
}

/// Returns the documentation of the crate, including the fences from feature-dependent attributes.
fn front_page() -> String {
    let source = include_str!("../src/lib.rs").lines();
    let page = source.filter_map(|line| {
        let text = line.strip_prefix("//!").map(|text| text.strip_prefix(' ').unwrap_or(text));
        text.or_else(|| line.strip_prefix("#![cfg_attr(feature = ")?.split_once("doc = \"")?.1.strip_suffix("\")]"))
    });
    page.collect::<Vec<_>>().join("\n")
}

#[test]
fn shows_the_code_of_the_readme() {
    let readme = rust_blocks(include_str!("../../../README.md"));
    let page = rust_blocks(&front_page());
    assert_eq!(readme.len(), 3, "the README chooses a backend, writes an initializer and builds a model");
    assert_eq!(page, readme);
}
