//! The picture's only font, Noto Sans, embedded in the program.
//!
//! Noto Sans is licensed under the SIL Open Font License 1.1 (its text comes with the crate `notosans`). Pictures
//! contain only the outlines of the letters used.
//! that are shown get into a picture.

use std::sync::Arc;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb::{Database, Source};

use super::PictureError;
use super::number::real;

/// The family name in the font.
pub(super) const FAMILY: &str = "Noto Sans";

/// plotters' text size is 1.24 times the em.
pub(super) const SIZE_PER_EM: f64 = 1.24;

/// The font's line height in ems; plotters measures text as if this, and not the em, were its size.
const LINE_HEIGHT: f64 = 1.362;

/// The font weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

impl Weight {
    /// Returns plotters' name of the weight.
    pub(super) fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::Bold => FontStyle::Bold,
        }
    }
}

/// Registers the font with plotters.
pub(super) fn register() -> Result<(), PictureError> {
    for (weight, bytes) in [(Weight::Regular, notosans::REGULAR_TTF), (Weight::Bold, notosans::BOLD_TTF)] {
        register_font(FAMILY, weight.style(), bytes).map_err(|_| PictureError::Font)?;
    }
    Ok(())
}

/// Returns the font database for converting text to outlines, with only this font.
pub(super) fn database() -> Arc<Database> {
    let mut fonts = Database::new();
    for bytes in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        fonts.load_font_source(Source::Binary(Arc::new(bytes)));
    }
    Arc::new(fonts)
}

/// Removes the characters that XML forbids.
pub(super) fn printable(text: &str) -> String {
    let allowed = |letter: char| !letter.is_control() && !matches!(letter, '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|letter| if allowed(letter) { letter } else { '\u{FFFD}' }).collect()
}

/// Returns the width of a text in pixels at a size in pixels per em.
pub(super) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    // Measured at a large size, since plotters rounds to whole pixels.
    let measured =
        FontDesc::new(FontFamily::Name(FAMILY), 1000.0 * LINE_HEIGHT, weight.style()).box_size(&printable(text));
    match measured {
        Ok((pixels, _)) => f64::from(pixels) * size / 1000.0,
        Err(_) => 0.6 * size * real(text.chars().count()),
    }
}

/// Shortens a text in the middle until it fits.
pub(super) fn shorten(text: &str, limit: f64, size: f64, weight: Weight) -> String {
    if width(text, size, weight) <= limit {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let cut = |kept: usize| -> String {
        let head = kept.div_ceil(2);
        letters.iter().take(head).chain(['…'].iter()).chain(letters.iter().skip(letters.len() - kept / 2)).collect()
    };
    // Finds the longest fit by bisection: `kept` letters fit, `too_many` do not.
    let (mut kept, mut too_many) = (0, letters.len());
    while too_many - kept > 1 {
        let middle = kept.midpoint(too_many);
        if width(&cut(middle), size, weight) <= limit { kept = middle } else { too_many = middle }
    }
    cut(kept)
}

/// Wraps a text at breaking spaces into lines that fit.
pub(super) fn wrap(text: &str, limit: f64, size: f64, weight: Weight) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, weight) <= limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(shorten(word, limit, size, weight)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use resvg::usvg::{Options, Tree};

    use super::*;

    /// The width measured for layout is the width drawn.
    #[test]
    fn the_measured_width_is_the_drawn_width() {
        register().unwrap();
        let options = Options { fontdb: database(), ..Options::default() };
        for weight in [Weight::Regular, Weight::Bold] {
            for text in ["Hnormal(std = 0.01)H", "HHHHHHHH", "H97.8 % of 1,797 samplesH"] {
                let svg = format!(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"90\"><text x=\"10\" y=\"50\" \
                     font-family=\"{FAMILY}\" font-size=\"40\" font-weight=\"{}\">{text}</text></svg>",
                    if weight == Weight::Bold { "bold" } else { "normal" }
                );
                let drawn = f64::from(Tree::from_str(&svg, &options).unwrap().root().bounding_box().width());
                let measured = width(text, 40.0, weight);
                // Differences come from the side bearings of the outer letters and from kerning, which plotters
                // ignores.
                assert!((measured - drawn).abs() < 12.0, "{text}: measured {measured}, drawn {drawn}");
            }
        }
    }

    #[test]
    fn a_long_name_loses_its_middle() {
        register().unwrap();
        let name = "variance_scaling(scale = 2, mode = fan_avg, distribution = truncated_normal)";
        let short = shorten(name, 200.0, 14.0, Weight::Bold);
        assert!(width(&short, 14.0, Weight::Bold) <= 200.0);
        assert!(short.starts_with("variance") && short.contains('…') && short.ends_with("normal)"), "{short}");
        assert_eq!(shorten("zeros", 200.0, 14.0, Weight::Bold), "zeros");
        assert_eq!(shorten("zeros", 0.0, 14.0, Weight::Bold), "…");
    }

    #[test]
    fn lines_break_at_spaces_and_fit() {
        register().unwrap();
        let text = "Every neuron of a layer is equal to every other: each layer acts as one neuron.";
        let lines = wrap(text, 220.0, 13.0, Weight::Regular);
        assert!(lines.len() > 1 && lines.iter().all(|line| width(line, 13.0, Weight::Regular) <= 220.0));
        assert_eq!(lines.join(" "), text);
    }
}
