//! Wraps text.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Wraps lines that are wider than `width` at spaces. Continuation lines are indented two columns more than the first.
/// Without a width, lines are not wrapped.
pub(crate) fn fitted(text: &str, width: Option<usize>) -> String {
    let line = |line: &str| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        paragraph(line, indent + 2, width)
    };
    text.lines().map(line).collect()
}

/// Wraps a single line; continuation lines are indented by `hang` columns.
pub(crate) fn paragraph(line: &str, hang: usize, width: Option<usize>) -> String {
    let whole = || format!("{line}\n");
    let Some(width) = width.filter(|width| columns(line) > *width) else { return whole() };
    // An indent beyond half of the width would waste space.
    let indent = " ".repeat(hang.min(width / 2));
    let options = Options::new(width)
        .subsequent_indent(&indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(line, options).iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// Returns the display width of a line in columns. Escape sequences have no width.
pub(crate) fn columns(line: &str) -> usize {
    textwrap::core::display_width(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_keep_their_indent() {
        let text = "  one two three\n\nfour\n";
        assert_eq!(fitted(text, Some(10)), "  one two\n    three\n\nfour\n");
        assert_eq!(fitted(text, None), text);
        assert_eq!(paragraph("error  a b c", 7, Some(9)), "error  a\n    b c\n");
        assert_eq!(fitted("", Some(10)), "");
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        let text = "    layers.0.attention.query_key_value.weight [4096, 4096] 重み重み重み \u{1b}[1mbold\u{1b}[0m end";
        for width in 20..100 {
            let lines = fitted(text, Some(width));
            assert!(lines.lines().all(|line| columns(line) <= width), "{width}\n{lines}");
            let kept = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(kept(&lines), kept(text));
        }
    }
}
