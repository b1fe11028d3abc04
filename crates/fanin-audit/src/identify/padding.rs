//! Zero rows in a table of nonzero values: the padding of an embedding.

use crate::measure::Counts;
use fanin_checkpoint::reading::TensorData;

/// The number of zero rows, if they hold all zeros of the tensor and are at most half of the rows.
pub(super) fn rows(data: &TensorData<'_>, sample: &Counts, shape: &[usize]) -> Option<u64> {
    let rows = *shape.first().filter(|_| shape.len() >= 2)?;
    let columns = data.len().checked_div(rows).filter(|columns| *columns > 1)?;
    let zeros = sample.zeros();
    let count = zeros / columns as u64;
    let signs = sample.statistics.low < 0.0 && sample.statistics.high > 0.0;
    if !signs || count == 0 || !zeros.is_multiple_of(columns as u64) || count > rows as u64 / 2 {
        return None;
    }
    let mut block = [0.0; 256];
    let is_zero = |row: &usize| {
        let end = (row + 1) * columns;
        (row * columns..end).step_by(block.len()).all(|start| {
            let read = data.read_f64(start, &mut block).min(end - start);
            block.iter().take(read).all(|value| *value == 0.0)
        })
    };
    ((0..rows).filter(is_zero).count() as u64 == count).then_some(count)
}

/// The same counts without zeros. The other values have both signs, so the extremes do not change.
pub(super) fn without_zeros(mut sample: Counts) -> Counts {
    sample.cells.retain(|cell| cell.value != 0.0);
    let rest: u64 = sample.cells.iter().map(|cell| cell.count).sum();
    sample.statistics.len = usize::try_from(rest).unwrap_or(usize::MAX);
    sample.statistics.rows = sample.statistics.rows.map(|rows| rows.without_zeros());
    sample
}
