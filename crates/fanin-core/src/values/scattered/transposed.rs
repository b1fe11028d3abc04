//! Elements in memory of another order than that of their indices.
//!
//! In a transpose, neighbors by index lie far apart, each in a cache line of its own. Therefore several lines are
//! computed into temporary memory, and written together: the elements that share a cache line one after the other.

use super::Scattered;
use crate::values::element::Element;
use crate::values::machine::StridedMut;
use crate::values::tile::MAX_TILE;

/// The number of lines computed before they are written. More of them mean longer runs of memory, and less often another
/// page.
const LINES: usize = 64;

/// The number of elements of a line that are computed at a time: whole tiles.
const WIDTH: usize = 2 * MAX_TILE;

/// Lines shorter than this are computed one after the other, as a single range of positions.
const SHORT: usize = MAX_TILE;

/// Elements between lines in temporary memory, so that equal places of the lines do not compete for the same place in the
/// cache.
const GAP: usize = 16;

impl<T: Element> Scattered<'_, T> {
    /// Calls `fill` with all elements, in parts: with these elements, or with temporary memory for them if neighbors by
    /// index lie far apart. With `load`, temporary memory holds the elements' values; otherwise it holds any.
    pub(crate) fn in_memory_order(mut self, load: bool, mut fill: impl FnMut(Scattered<'_, T>)) {
        let Some(closest) = self.memory.closest() else { return fill(self) };
        let (mut position, end) = (self.memory.positions().start, self.memory.positions().end);
        let mut memory = vec![T::default(); LINES * (WIDTH + GAP)];
        while position < end {
            let (inside, along) = (position % closest.apart, position / closest.apart % closest.len);
            // A part of a line at the start or the end, or as many whole lines as there are.
            let (lines, length) = match (end - position) / closest.apart {
                whole if inside == 0 && whole > 0 => (whole.min(closest.len - along).min(LINES), closest.apart),
                _ => (1, (closest.apart - inside).min(end - position)),
            };
            let mut done = 0;
            while done < length {
                let width = self.whole_tiles(position + done, length - done);
                let part = Part { position: position + done, lines, width, apart: closest.apart };
                self.fill_part(part, load, &mut memory, &mut fill);
                done += width;
            }
            position += if lines == 1 { length } else { lines * closest.apart };
        }
    }

    /// Returns the number of elements from `position` on, of `length`, that end with a tile.
    fn whole_tiles(&self, position: usize, length: usize) -> usize {
        let index = self.runs.index(position + self.first) - self.shift;
        let inside = usize::try_from(index % MAX_TILE as u64).unwrap_or(0);
        if length <= WIDTH { length } else { WIDTH - inside }
    }

    /// Fills a part through temporary memory.
    fn fill_part(&mut self, part: Part, load: bool, temporary: &mut [T], fill: &mut impl FnMut(Scattered<'_, T>)) {
        let Part { position, lines, width, apart } = part;
        // Short lines that follow each other are one range of positions.
        let (pitch, count) =
            if apart == width && width < SHORT { (width, lines * width) } else { (width + GAP, width) };
        if load {
            self.memory.read_rectangle(position, (lines, width), temporary, pitch);
        }
        for (number, values) in temporary.chunks_mut(if count > width { count } else { pitch }).enumerate() {
            if number * count >= lines * width {
                break;
            }
            let Some(Ok(memory)) = values.get_mut(..count).map(|values| StridedMut::contiguous(values, &[count]))
            else {
                return;
            };
            let first = position + number * apart + self.first;
            fill(Scattered { memory, runs: self.runs, first, shift: self.shift });
        }
        self.memory.write_rectangle(position, (lines, width), temporary, pitch);
    }
}

/// A part of several lines, whose positions are `apart`.
#[derive(Clone, Copy, Debug)]
struct Part {
    position: usize,
    lines: usize,
    width: usize,
    apart: usize,
}
