//! Sanitizes text from files for the terminal.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The longest name that is printed in full, in characters.
const LONGEST_NAME: usize = 240;

/// The longest message.
const LONGEST_MESSAGE: usize = 2000;

/// Sanitizes a name: replaces characters that control the terminal or reorder text, and elides the middle of a very
/// long name.
pub(crate) fn name(text: &str) -> String {
    shortened(text, LONGEST_NAME)
}

/// Sanitizes a message.
pub(crate) fn message(text: &str) -> String {
    shortened(text, LONGEST_MESSAGE)
}

fn shortened(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    if length <= longest {
        return clean(text);
    }
    let (begin, end) = (longest * 2 / 3, longest / 3);
    let start: String = text.chars().take(begin).collect();
    let rest: String = text.chars().skip(length - end).collect();
    format!("{}[... {length} characters ...]{}", clean(&start), clean(&rest))
}

/// Replaces control and format characters and line and paragraph separators with U+FFFD.
fn clean(text: &str) -> String {
    text.chars().map(|c| if is_control(c) { '\u{fffd}' } else { c }).collect()
}

fn is_control(c: char) -> bool {
    matches!(
        c.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

#[cfg(test)]
mod tests {
    use super::{message, name};

    #[test]
    fn terminal_control_characters_are_replaced() {
        for (text, expected) in [
            ("layer.0.weight", "layer.0.weight"),
            ("a\u{1b}[2Jb", "a\u{fffd}[2Jb"),
            ("a\u{202e}thgiew\u{202c}", "a\u{fffd}thgiew\u{fffd}"),
            ("a\u{2066}\u{200f}\u{feff}\u{2028}\nb", "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}b"),
            ("größe.重み.е\u{301}", "größe.重み.е\u{301}"),
        ] {
            assert_eq!(name(text), expected);
        }
    }

    #[test]
    fn long_names_are_elided_in_the_middle() {
        let long = format!("begin.{}.end", "ä".repeat(1 << 20));
        let shown = name(&long);
        assert!(shown.chars().count() < 300, "{shown}");
        assert!(shown.starts_with("begin.ä") && shown.ends_with("ä.end"), "{shown}");
        assert!(shown.contains("[... 1048586 characters ...]"), "{shown}");
        assert!(message(&long).chars().count() < 2100);
        assert_eq!(name(&"x".repeat(240)).len(), 240);
    }
}
