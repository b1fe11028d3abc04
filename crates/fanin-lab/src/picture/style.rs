//! Colors and sizes of the picture. Lengths are in SVG pixels.

/// A color: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Color(pub(super) u8, pub(super) u8, pub(super) u8);

/// The width of the sheet; its height depends on the contents.
pub(super) const WIDTH: f64 = 1200.0;
/// The outer margin.
pub(super) const MARGIN: f64 = 40.0;

/// The background of the sheet.
pub(super) const PAPER: Color = Color(255, 255, 255);
/// The background of a panel.
pub(super) const PANEL: Color = Color(246, 247, 249);
/// Rules, grids and axes.
pub(super) const RULE: Color = Color(218, 222, 228);
/// Secondary text.
pub(super) const SOFT: Color = Color(96, 104, 116);
/// Primary text.
pub(super) const INK: Color = Color(28, 32, 40);
/// The control, which is not one of the compared initializers.
pub(super) const CONTROL: Color = Color(128, 134, 144);

/// Type sizes.
pub(super) mod size {
    /// The title.
    pub(in crate::picture) const TITLE: f64 = 27.0;
    /// The description of the experiment.
    pub(in crate::picture) const SUBTITLE: f64 = 15.0;
    /// Section headings.
    pub(in crate::picture) const HEAD: f64 = 17.0;
    /// Initializer names.
    pub(in crate::picture) const NAME: f64 = 19.0;
    /// Key figures.
    pub(in crate::picture) const FIGURE: f64 = 20.0;
    /// Counts of equal neurons.
    pub(in crate::picture) const COUNT: f64 = 30.0;
    /// Body text.
    pub(in crate::picture) const TEXT: f64 = 13.5;
    /// Axis labels and notes.
    pub(in crate::picture) const NOTE: f64 = 11.5;
}

/// One color per initializer, in argument order: the Okabe-Ito palette, which color-blind readers can distinguish
/// (Okabe & Ito 2008, Color Universal Design). Yellow and black are replaced by olive and wine, which are legible on
/// white and differ from the gray of the control.
const PALETTE: [Color; 8] = [
    Color(230, 159, 0),
    Color(204, 121, 167),
    Color(0, 158, 115),
    Color(213, 94, 0),
    Color(0, 114, 178),
    Color(86, 180, 233),
    Color(136, 34, 85),
    Color(125, 118, 32),
];

/// Returns the color of an initializer's lines and marks.
pub(super) fn color(initializer: usize) -> Color {
    PALETTE.get(initializer % PALETTE.len()).copied().unwrap_or(INK)
}

/// Returns the same color for text, dark enough on white.
pub(super) fn text_color(initializer: usize) -> Color {
    let shade = |channel: u8| u8::try_from(u32::from(channel) * 18 / 25).unwrap_or(channel);
    let Color(red, green, blue) = color(initializer);
    Color(shade(red), shade(green), shade(blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the relative luminance (WCAG 2.2, section 'relative luminance').
    fn luminance(Color(red, green, blue): Color) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// Returns the contrast ratio of text on the background.
    fn contrast(color: Color) -> f64 {
        (luminance(PAPER) + 0.05) / (luminance(color) + 0.05)
    }

    #[test]
    fn text_is_legible_on_the_paper() {
        for initializer in 0..PALETTE.len() {
            // WCAG requires 3 for large text; names are large or bold.
            assert!(contrast(text_color(initializer)) >= 3.0, "{initializer}: {}", contrast(text_color(initializer)));
        }
        assert!(contrast(SOFT) >= 4.5 && contrast(INK) >= 4.5);
    }

    #[test]
    fn eight_initializers_have_eight_colors() {
        let mut colors: Vec<_> = (0..8).map(|index| (color(index).0, color(index).1, color(index).2)).collect();
        colors.sort_unstable();
        colors.dedup();
        assert_eq!(colors.len(), 8);
    }
}
