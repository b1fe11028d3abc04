//! Styled text. The console removes the escape sequences if colors are off.

use anstyle::Style;

/// Adds escape sequences around a text.
pub(crate) fn styled(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

/// A heading, or the name of a tensor.
pub(crate) fn bold(text: &str) -> String {
    styled(text, Style::new().bold())
}

/// Makes the first line of a page its heading.
pub(crate) fn with_heading(page: &str) -> String {
    match page.split_once('\n') {
        Some((heading, rest)) => format!("{}\n{rest}", bold(heading)),
        None => bold(page),
    }
}
