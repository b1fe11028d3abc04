//! The counts and sums of one pass over a tensor, enough for every likelihood and every distance.

use fanin_core::Dtype;
use rayon::prelude::*;

use super::cells::{self, CELLS, Cell};
use fanin_checkpoint::reading::TensorData;

/// The number of elements in a piece, the unit of work of a thread. The sums of pieces are added in order, so no bit depends on the
/// number of threads.
const PIECE: usize = 1 << 18;

/// The number of elements converted at a time.
const BLOCK: usize = 2048;

/// Fewer elements are sorted, which is faster than scanning all cells.
const FEW: usize = 4096;

/// Counts and sums over all values of a tensor.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    pub(crate) dtype: Dtype,
    /// The number of values, as integer and as float.
    pub(crate) len: u64,
    pub(crate) n: f64,
    /// The number of infinite and NaN values. If there are any, the sums are meaningless.
    pub(crate) non_finite: u64,
    pub(crate) zeros: u64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
    pub(crate) sum: f64,
    pub(crate) squares: f64,
    pub(crate) cells: Vec<Cell>,
}

/// The sums of a piece.
#[derive(Clone, Copy, Debug)]
struct Sums {
    zeros: u64,
    least: f64,
    greatest: f64,
    sum: f64,
    squares: f64,
}

/// The counts of some pieces, and the sums of each.
struct Part {
    counts: Vec<u64>,
    sums: Vec<(usize, Sums)>,
}

impl Counts {
    /// Counts a tensor on the current thread pool; `None` if its element type is not a float.
    pub(crate) fn of(data: &TensorData<'_>) -> Option<Self> {
        let dtype = data.element().dtype()?;
        let len = data.len();
        let (sums, (cells, non_finite)) = if len < FEW {
            let mut ranks = Vec::with_capacity(len);
            let sums = piece(data, dtype, 0, |bits| ranks.push(cells::rank(bits)));
            ranks.sort_unstable();
            let runs = ranks.chunk_by(PartialEq::eq).filter_map(|run| Some((*run.first()?, run.len() as u64)));
            (sums, cells::filled(dtype, runs))
        } else {
            let part = (0..len.div_ceil(PIECE)).into_par_iter().fold(Part::new, |mut part, number| {
                let counts = &mut part.counts;
                // In range: there is a count for each 16-bit number.
                let sums = piece(data, dtype, number, |bits| counts[usize::from(bits)] += 1);
                part.sums.push((number, sums));
                part
            });
            let mut part = part.reduce(Part::new, Part::and);
            part.sums.sort_unstable_by_key(|(number, _)| *number);
            let sums = part.sums.iter().fold(Sums::NONE, |sums, (_, more)| sums.and(*more));
            let by_bits = |bits: u16| part.counts[usize::from(bits)];
            let ordered = (0..=u16::MAX).map(|rank| (rank, by_bits(cells::bits(rank))));
            (sums, cells::filled(dtype, ordered))
        };
        let sums = if matches!(dtype, Dtype::F16 | Dtype::BF16) { Sums::of_cells(&cells) } else { sums };
        let Sums { zeros, least, greatest, sum, squares } = sums;
        let len = len as u64;
        Some(Self { dtype, len, n: number(len), non_finite, zeros, least, greatest, sum, squares, cells })
    }

    /// The mean.
    pub(crate) fn mean(&self) -> f64 {
        self.sum / self.n
    }

    /// `sum (x - origin)^2`
    pub(crate) fn squares_about(&self, origin: f64) -> f64 {
        let off = self.mean() - origin;
        self.variance() * self.n + self.n * off * off
    }

    /// `sum (x - mean)^2 / n`
    pub(crate) fn variance(&self) -> f64 {
        if self.least == self.greatest {
            return 0.0;
        }
        (self.squares / self.n - self.mean() * self.mean()).max(0.0)
    }

    /// The standard deviation around the mean.
    pub(crate) fn std(&self) -> f64 {
        self.variance().sqrt()
    }

    /// The sum of the logarithms of positive values, taken at the centers of their cells.
    pub(crate) fn logarithms(&self) -> f64 {
        let positive = self.cells.iter().filter(|cell| cell.low > 0.0);
        positive.map(|cell| number(cell.count) * (0.5 * cell.low.ln() + 0.5 * cell.high.ln())).sum()
    }

    /// The largest magnitude.
    pub(crate) fn size(&self) -> f64 {
        self.greatest.max(-self.least)
    }
}

impl Sums {
    const NONE: Self = Self { zeros: 0, least: f64::INFINITY, greatest: f64::NEG_INFINITY, sum: 0.0, squares: 0.0 };

    fn and(self, more: Self) -> Self {
        Self {
            zeros: self.zeros + more.zeros,
            least: self.least.min(more.least),
            greatest: self.greatest.max(more.greatest),
            sum: self.sum + more.sum,
            squares: self.squares + more.squares,
        }
    }

    fn of(values: impl Iterator<Item = f64>) -> Self {
        values.fold(Self::NONE, |sums, value| {
            let zeros = u64::from(value == 0.0);
            sums.and(Self { zeros, least: value, greatest: value, sum: value, squares: value * value })
        })
    }

    /// 16-bit values equal their cells.
    fn of_cells(cells: &[Cell]) -> Self {
        cells.iter().fold(Self::NONE, |sums, cell| {
            let (value, count) = (cell.value, number(cell.count));
            let zeros = if value == 0.0 { cell.count } else { 0 };
            sums.and(Self { zeros, least: value, greatest: value, sum: value * count, squares: value * value * count })
        })
    }
}

impl Part {
    fn new() -> Self {
        Self { counts: vec![0; CELLS], sums: Vec::new() }
    }

    fn and(mut self, more: Self) -> Self {
        self.counts.iter_mut().zip(more.counts).for_each(|(count, more)| *count += more);
        self.sums.extend(more.sums);
        self
    }
}

/// The sums of a piece; calls back with each cell. Sums of 16-bit values come from their cells instead.
fn piece(data: &TensorData<'_>, dtype: Dtype, number: usize, mut count: impl FnMut(u16)) -> Sums {
    let start = number * PIECE;
    let end = data.len().min(start + PIECE);
    match dtype {
        Dtype::F32 => match data.as_f32() {
            // Block by block, because each is read twice.
            Some(values) => {
                let blocks = values.get(start..end).unwrap_or_default().chunks(BLOCK);
                blocks.fold(Sums::NONE, |sums, block| sums.and(wide(block, &mut count)))
            }
            None => blocks(start, end, |from, out| data.read_f32(from, out), |values| wide(values, &mut count)),
        },
        Dtype::F64 => blocks(start, end, |from, out| data.read_f64(from, out), |values| double(values, &mut count)),
        Dtype::F16 | Dtype::BF16 => {
            let bytes = data.bytes().get(2 * start..2 * end).unwrap_or_default();
            match bytemuck::try_cast_slice::<u8, u16>(bytes) {
                Ok(values) => values.iter().for_each(|bits| count(u16::from_le(*bits))),
                Err(_) => bytes.as_chunks::<2>().0.iter().for_each(|bits| count(u16::from_le_bytes(*bits))),
            }
            Sums::NONE
        }
    }
}

/// Reads a piece block by block.
fn blocks<T: Copy + Default>(
    start: usize,
    end: usize,
    read: impl Fn(usize, &mut [T]) -> usize,
    mut sums: impl FnMut(&[T]) -> Sums,
) -> Sums {
    let mut block = [T::default(); BLOCK];
    let mut all = Sums::NONE;
    for from in (start..end).step_by(BLOCK) {
        let wanted = BLOCK.min(end - from);
        let got = block.get_mut(..wanted).map_or(0, |out| read(from, out));
        all = all.and(sums(block.get(..got).unwrap_or_default()));
    }
    all
}

fn wide(values: &[f32], count: &mut impl FnMut(u16)) -> Sums {
    for value in values {
        count(cells::of_f32(*value));
    }
    lanes(values, f64::from)
}

#[expect(clippy::cast_possible_truncation, reason = "a cell needs the upper bits alone")]
fn double(values: &[f64], count: &mut impl FnMut(u16)) -> Sums {
    for value in values {
        count(cells::of_f32(*value as f32));
    }
    lanes(values, |value| value)
}

/// Sums in eight lanes, which the compiler vectorizes.
fn lanes<T: Copy>(values: &[T], wide: impl Fn(T) -> f64) -> Sums {
    const LANES: usize = 8;
    let (rows, rest) = values.as_chunks::<LANES>();
    let mut lanes = [Sums::NONE; LANES];
    for row in rows {
        for (sums, value) in lanes.iter_mut().zip(row) {
            let value = wide(*value);
            sums.zeros += u64::from(value == 0.0);
            sums.least = if value < sums.least { value } else { sums.least };
            sums.greatest = if value > sums.greatest { value } else { sums.greatest };
            sums.sum += value;
            sums.squares += value * value;
        }
    }
    lanes.into_iter().fold(Sums::of(rest.iter().map(|value| wide(*value))), Sums::and)
}

/// Converts a count to `f64`.
#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 values")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use fanin_core::{Element, InitializerExt, ParamSpec, Seed, initializers::Normal, param::Slice};
    use half::{bf16, f16};

    use super::*;

    /// 300 000 values, so that there are two pieces, or few.
    fn check<T: Element>(len: usize) {
        let param = ParamSpec::new("w", [len]).expect("a shape");
        let values: Vec<T> = Normal::new(0.5, 2.0).expect("a normal").sample(&param, Seed(1)).expect("values");
        let slice = T::lend(&values);
        let sample = Counts::of(&TensorData::from(slice)).expect("numbers");
        let all: Vec<f64> = slice.iter().collect();
        let fold = |start: f64, f: fn(f64, f64) -> f64| all.iter().copied().fold(start, f);
        assert_eq!(sample.least, fold(f64::INFINITY, f64::min));
        assert_eq!(sample.greatest, fold(f64::NEG_INFINITY, f64::max));
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-10 * b.abs();
        assert!(near(sample.sum, all.iter().sum()), "{} {}", sample.sum, all.iter().sum::<f64>());
        assert!(near(sample.squares, all.iter().map(|x| x * x).sum()));
        assert!(near(sample.squares_about(0.25), all.iter().map(|x| (x - 0.25).powi(2)).sum()));
        assert_eq!(sample.cells.iter().map(|cell| cell.count).sum::<u64>(), len as u64);
        for cell in sample.cells.iter().step_by(7) {
            // Values on an edge are rounded to even, to one side or the other.
            let inside = all.iter().filter(|x| cell.low < **x && **x < cell.high).count() as u64;
            let with_edges = all.iter().filter(|x| cell.low <= **x && **x <= cell.high).count() as u64;
            assert!(inside <= cell.count && cell.count <= with_edges, "{cell:?}: {inside}");
        }
    }

    #[test]
    fn counts_and_sums_are_those_of_all_values() {
        for len in [1000, 300_000] {
            check::<f32>(len);
            check::<f64>(len);
            check::<f16>(len);
            check::<bf16>(len);
        }
    }

    #[test]
    fn what_is_not_finite_is_counted() {
        for len in [100, 10_000] {
            let mut values = vec![1.0_f32; len];
            (values[0], values[1], values[2]) = (f32::NAN, f32::INFINITY, 0.0);
            let sample = Counts::of(&TensorData::from(Slice::F32(&values))).expect("numbers");
            assert_eq!((sample.non_finite, sample.zeros, sample.len), (2, 1, len as u64));
        }
    }

    #[test]
    fn no_bit_depends_on_the_threads() {
        let param = ParamSpec::new("w", [1_000_003]).expect("a shape");
        let values: Vec<f32> = Normal::new(0.0, 1.0).expect("a normal").sample(&param, Seed(1)).expect("values");
        let sample = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| Counts::of(&TensorData::from(Slice::F32(&values)))).expect("numbers")
        };
        let (one, three) = (sample(1), sample(3));
        assert_eq!((one.sum.to_bits(), one.squares.to_bits()), (three.sum.to_bits(), three.squares.to_bits()));
        assert_eq!(one.cells, three.cells);
    }
}
