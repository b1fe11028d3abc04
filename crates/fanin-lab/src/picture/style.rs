//! Colors and sizes of the picture, all in one place. Lengths are in pixels of the SVG.

use plotters::style::RGBColor;

/// Width of the sheet; its height follows from what there is to show.
pub(super) const WIDTH: f64 = 1200.0;
/// White space around everything.
pub(super) const MARGIN: f64 = 40.0;

/// The sheet.
pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
/// The ground of a panel.
pub(super) const PANEL: RGBColor = RGBColor(246, 247, 249);
/// Rules, grids and axes.
pub(super) const RULE: RGBColor = RGBColor(218, 222, 228);
/// Text that explains.
pub(super) const SOFT: RGBColor = RGBColor(96, 104, 116);
/// Text that tells.
pub(super) const INK: RGBColor = RGBColor(28, 32, 40);
/// The control: not one of the initializers compared.
pub(super) const CONTROL: RGBColor = RGBColor(128, 134, 144);

/// Type sizes.
pub(super) mod size {
    /// The title.
    pub(in crate::picture) const TITLE: f64 = 27.0;
    /// What was trained.
    pub(in crate::picture) const SUBTITLE: f64 = 15.0;
    /// The head of a part.
    pub(in crate::picture) const HEAD: f64 = 17.0;
    /// An initializer's name.
    pub(in crate::picture) const NAME: f64 = 19.0;
    /// A number to remember.
    pub(in crate::picture) const FIGURE: f64 = 20.0;
    /// How many neurons went one way.
    pub(in crate::picture) const COUNT: f64 = 30.0;
    /// Running text.
    pub(in crate::picture) const TEXT: f64 = 13.5;
    /// Numbers at axes, and notes.
    pub(in crate::picture) const NOTE: f64 = 11.5;
}

/// One color an initializer, in the order of the arguments: Okabe and Ito's palette, which color-blind readers can tell apart
/// (Okabe & Ito 2008, Color Universal Design), its yellow and black replaced by an olive and a wine that are legible on white and
/// differ from the gray of the control.
const PALETTE: [RGBColor; 8] = [
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(86, 180, 233),
    RGBColor(136, 34, 85),
    RGBColor(125, 118, 32),
];

/// The color of an initializer's lines and marks.
pub(super) fn color(initializer: usize) -> RGBColor {
    PALETTE.get(initializer % PALETTE.len()).copied().unwrap_or(INK)
}

/// The same color for text, dark enough on white.
pub(super) fn text_color(initializer: usize) -> RGBColor {
    let shade = |channel: u8| u8::try_from(u32::from(channel) * 18 / 25).unwrap_or(channel);
    let RGBColor(red, green, blue) = color(initializer);
    RGBColor(shade(red), shade(green), shade(blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2, section 'relative luminance').
    fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// Contrast ratio of text on the paper.
    fn contrast(color: RGBColor) -> f64 {
        (luminance(PAPER) + 0.05) / (luminance(color) + 0.05)
    }

    #[test]
    fn text_is_legible_on_the_paper() {
        for initializer in 0..PALETTE.len() {
            // 3 is what WCAG asks for large text; names are large or bold.
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
