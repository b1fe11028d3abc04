//! The picture's only font, Noto Sans, embedded in the program.
//!
//! Noto Sans is licensed under the SIL Open Font License 1.1 (its text comes with the crate `notosans`). Pictures
//! contain only the outlines of the letters used.

use std::sync::LazyLock;

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::opentype_layout::LookupSubtables;
use ttf_parser::{GlyphId, OutlineBuilder, Tag};

use super::PictureError;
use super::geometry::Point;
use super::number::real;
use super::path::{Path, Segment, place};

/// The font weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A weight of the font.
struct Face {
    glyphs: ttf_parser::Face<'static>,
    /// Kerning tables.
    kerning: Option<LookupSubtables<'static>>,
}

static REGULAR: LazyLock<Option<Face>> = LazyLock::new(|| Face::parse(notosans::REGULAR_TTF));
static BOLD: LazyLock<Option<Face>> = LazyLock::new(|| Face::parse(notosans::BOLD_TTF));

impl Face {
    fn of(weight: Weight) -> Option<&'static Self> {
        match weight {
            Weight::Regular => REGULAR.as_ref(),
            Weight::Bold => BOLD.as_ref(),
        }
    }

    fn parse(font: &'static [u8]) -> Option<Self> {
        let glyphs = ttf_parser::Face::parse(font, 0).ok()?;
        let kerning = glyphs.tables().gpos.and_then(|table| {
            let feature = table.features.find(Tag::from_bytes(b"kern"))?;
            Some(table.lookups.get(feature.lookup_indices.get(0)?)?.subtables)
        });
        Some(Self { glyphs, kerning })
    }

    /// Returns the glyphs of a text, each with its position on the line in ems, and the width of the text.
    fn set(&self, text: &str) -> (Vec<(GlyphId, f64)>, f64) {
        let em = f64::from(self.glyphs.units_per_em());
        let (mut letters, mut at) = (Vec::new(), 0.0);
        let mut last = None;
        for letter in text.chars() {
            // Glyph 0 replaces letters that the font lacks.
            let glyph = self.glyphs.glyph_index(letter).unwrap_or_default();
            let nearer = last.and_then(|last| self.kerning(last, glyph)).unwrap_or(0);
            at += f64::from(nearer) / em;
            letters.push((glyph, at));
            at += f64::from(self.glyphs.glyph_hor_advance(glyph).unwrap_or(0)) / em;
            last = Some(glyph);
        }
        (letters, at)
    }

    fn kerning(&self, left: GlyphId, right: GlyphId) -> Option<i16> {
        // The first table that contains the pair applies.
        self.kerning?.into_iter::<PositioningSubtable<'_>>().find_map(|table| match table {
            PositioningSubtable::Pair(PairAdjustment::Format1 { coverage, sets }) => {
                Some(sets.get(coverage.get(left)?)?.get(right)?.0.x_advance)
            }
            PositioningSubtable::Pair(PairAdjustment::Format2 { coverage, classes, matrix }) => {
                coverage.get(left)?;
                Some(matrix.get((classes.0.get(left), classes.1.get(right)))?.0.x_advance)
            }
            _ => None,
        })
    }
}

/// Fails if the font cannot be read.
pub(super) fn check() -> Result<(), PictureError> {
    let read = [Weight::Regular, Weight::Bold].into_iter().all(|weight| Face::of(weight).is_some());
    if read { Ok(()) } else { Err(PictureError::Font) }
}

/// Removes the characters that XML forbids.
pub(super) fn printable(text: &str) -> String {
    let allowed = |letter: char| !letter.is_control() && !matches!(letter, '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|letter| if allowed(letter) { letter } else { '\u{FFFD}' }).collect()
}

/// Returns the width of a text in pixels at a size in pixels per em.
pub(super) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let ems = Face::of(weight).map_or_else(|| 0.6 * real(text.chars().count()), |face| face.set(&printable(text)).1);
    ems * size
}

/// Returns the outlines of a text whose baseline begins at `at` and runs to the right or upward.
pub(super) fn outlines(text: &str, at: Point, size: f64, weight: Weight, upwards: bool) -> Path {
    let mut path = Path::default();
    let Some(face) = Face::of(weight) else { return path };
    let scale = size / f64::from(face.glyphs.units_per_em());
    for (glyph, place) in face.set(&printable(text)).0 {
        let origin = if upwards { (at.0, at.1 - place * size) } else { (at.0 + place * size, at.1) };
        face.glyphs.outline_glyph(glyph, &mut Letter { path: &mut path, origin, scale, upwards });
    }
    path
}

/// Transforms a glyph to the sheet.
struct Letter<'a> {
    path: &'a mut Path,
    origin: Point,
    scale: f64,
    upwards: bool,
}

impl Letter<'_> {
    /// The font's y axis points up, the sheet's down.
    fn at(&self, x: f32, y: f32) -> [i64; 2] {
        let (x, y) = (f64::from(x) * self.scale, f64::from(y) * self.scale);
        let (across, down) = if self.upwards { (-y, -x) } else { (x, -y) };
        place((self.origin.0 + across, self.origin.1 + down))
    }
}

impl OutlineBuilder for Letter<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.push(Segment::Move(self.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.push(Segment::Line(self.at(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.push(Segment::Quad(self.at(x1, y1), self.at(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path.push(Segment::Cubic(self.at(x1, y1), self.at(x2, y2), self.at(x, y)));
    }

    fn close(&mut self) {
        self.path.push(Segment::Close);
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
    use super::*;

    /// The width measured for layout equals the drawn width.
    #[test]
    fn the_measured_width_is_the_drawn_width() {
        for weight in [Weight::Regular, Weight::Bold] {
            for text in ["Hnormal(std = 0.01)H", "HHHHHHHH", "H97.8 % of 1,797 samplesH"] {
                let path = outlines(text, (10.0, 50.0), 40.0, weight, false);
                let drawn = path.bounds().unwrap().width;
                let measured = width(text, 40.0, weight);
                // The side bearings of the outer letters.
                let bearings = measured - drawn;
                assert!((0.0..8.0).contains(&bearings), "{text}: measured {measured}, drawn {drawn}");
            }
        }
    }

    #[test]
    fn pairs_of_letters_are_kerned() {
        for weight in [Weight::Regular, Weight::Bold] {
            let apart = width("A", 40.0, weight) + width("V", 40.0, weight);
            let together = width("AV", 40.0, weight);
            assert!(together < apart - 0.5 && together > 0.8 * apart, "{together} and {apart}");
            assert!((width("HH", 40.0, weight) - 2.0 * width("H", 40.0, weight)).abs() < 1e-9);
        }
    }

    #[test]
    fn text_that_runs_upwards_is_turned() {
        let across = outlines("loss", (0.0, 0.0), 20.0, Weight::Regular, false).bounds().unwrap();
        let up = outlines("loss", (0.0, 0.0), 20.0, Weight::Regular, true).bounds().unwrap();
        assert!((across.width - up.height).abs() < 0.11 && (across.height - up.width).abs() < 0.11);
        assert!(up.top < -5.0 && up.bottom() <= 0.0 && up.right() < 1.0, "{up:?}");
    }

    #[test]
    fn a_long_name_loses_its_middle() {
        let name = "variance_scaling(scale = 2, mode = fan_avg, distribution = truncated_normal)";
        let short = shorten(name, 200.0, 14.0, Weight::Bold);
        assert!(width(&short, 14.0, Weight::Bold) <= 200.0);
        assert!(short.starts_with("variance") && short.contains('…') && short.ends_with("normal)"), "{short}");
        assert_eq!(shorten("zeros", 200.0, 14.0, Weight::Bold), "zeros");
        assert_eq!(shorten("zeros", 0.0, 14.0, Weight::Bold), "…");
    }

    #[test]
    fn lines_break_at_spaces_and_fit() {
        let text = "Every neuron of a layer is equal to every other: each layer acts as one neuron.";
        let lines = wrap(text, 220.0, 13.0, Weight::Regular);
        assert!(lines.len() > 1 && lines.iter().all(|line| width(line, 13.0, Weight::Regular) <= 220.0));
        assert_eq!(lines.join(" "), text);
    }
}
