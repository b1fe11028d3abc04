//! Blocks: every element has the bits that it has in the whole parameter, in memory of any layout.

use std::sync::Arc;

use fanin_core::initializers::{Normal, Orthogonal, from_fn};
use fanin_core::param::{Axis, Block, BlockError, StrideError, StridedMut};
use fanin_core::text::parse;
use fanin_core::{
    Element, InitError, Initializer, InitializerExt, Key, Layout, ParamSpec, ParamViewMut, Role, Seed, fill_block,
};
use half::{bf16, f16};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

const SEED: Seed = Seed(7);

/// Memory layouts of a block.
#[derive(Clone, Copy, Debug)]
enum Memory {
    RowMajor,
    ColumnMajor,
    /// Rows with a gap, in an order of axes that is rotated by one, the first of them reversed.
    Rotated,
}

impl Memory {
    const ALL: [Self; 3] = [Self::RowMajor, Self::ColumnMajor, Self::Rotated];

    /// Returns the length of the memory, the offset of the first element, and the strides.
    fn strides(self, shape: &[usize]) -> (usize, usize, Vec<isize>) {
        let rank = shape.len();
        // The axes from the innermost in memory to the outermost.
        let order: Vec<usize> = match self {
            Self::RowMajor => (0..rank).rev().collect(),
            Self::ColumnMajor => (0..rank).collect(),
            Self::Rotated => (0..rank).map(|axis| (axis + 1) % rank).collect(),
        };
        let (mut strides, mut next) = (vec![0_isize; rank], 1_isize);
        for axis in order {
            strides[axis] = next;
            let gap = if matches!(self, Self::Rotated) { 2 } else { 0 };
            next *= isize::try_from(shape[axis].max(1)).unwrap() + gap;
        }
        let mut first = 0;
        if matches!(self, Self::Rotated) && rank > 0 {
            first = strides[0] * (isize::try_from(shape[0]).unwrap() - 1).max(0);
            strides[0] = -strides[0];
        }
        (usize::try_from(next).unwrap(), usize::try_from(first).unwrap(), strides)
    }
}

/// The indices of a block's elements, in row-major order, by the definition.
fn indices(shape: &[usize], runs: &[Vec<(usize, usize)>]) -> Vec<usize> {
    let mut indices = vec![0];
    for (axis, runs) in shape.iter().zip(runs) {
        let places: Vec<usize> = runs.iter().flat_map(|(start, len)| *start..start + len).collect();
        indices = indices.iter().flat_map(|index| places.iter().map(move |place| index * axis + place)).collect();
    }
    indices
}

/// Fills a block in memory of this layout, and returns its values in row-major order. Gaps must stay untouched.
fn filled<T: Element>(
    initializer: &dyn Initializer,
    param: &ParamSpec,
    block: &Block,
    layout: Memory,
) -> Result<Vec<u64>, InitError> {
    let untouched = T::from_f64(-96.5);
    let shape = block.local_shape();
    let (len, first, strides) = layout.strides(shape);
    let mut data = vec![untouched; len];
    let memory = StridedMut::new(&mut data, first, shape, &strides).unwrap();
    fill_block(initializer, param, Key::new(SEED, param.name()), block, memory)?;
    let mut offsets = vec![first.cast_signed()];
    for (axis, stride) in shape.iter().zip(&strides) {
        offsets = offsets
            .iter()
            .flat_map(|offset| (0..*axis).map(move |place| offset + stride * place.cast_signed()))
            .collect();
    }
    let values = offsets.iter().map(|offset| data[offset.cast_unsigned()].to_f64().to_bits()).collect();
    for offset in offsets {
        data[offset.cast_unsigned()] = untouched;
    }
    assert!(data.iter().all(|value| value.to_f64().to_bits() == untouched.to_f64().to_bits()), "a gap was written");
    Ok(values)
}

fn bits<T: Element>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

/// Checks a block against the gather of the whole.
fn same<T: Element>(initializer: &dyn Initializer, param: &ParamSpec, whole: &[T], runs: &[Vec<(usize, usize)>]) {
    let block = Block::new(param.shape(), runs.to_vec()).unwrap();
    let wanted: Vec<T> = indices(param.shape(), runs).into_iter().map(|index| whole[index]).collect();
    assert_eq!(block.len(), wanted.len());
    for layout in Memory::ALL {
        let values = filled::<T>(initializer, param, &block, layout).unwrap();
        assert_eq!(values, bits(&wanted), "{initializer:?}, {param:?}, {runs:?}, {layout:?}, {}", T::DTYPE);
    }
}

/// Random ascending runs of an axis.
fn random_runs(rng: &mut SmallRng, length: usize) -> Vec<(usize, usize)> {
    let (mut runs, mut at) = (Vec::new(), 0);
    for _ in 0..rng.random_range(1..4) {
        let start = rng.random_range(at..=length);
        let len = if rng.random_ratio(1, 8) { length - start } else { rng.random_range(0..=(length - start).min(9)) };
        runs.push((start, len));
        at = start + len;
    }
    if rng.random_ratio(1, 4) { vec![(0, length)] } else { runs }
}

/// Blocks of a shape: the whole, an empty one, single elements, halves, and random ones.
fn blocks(shape: &[usize], count: usize) -> Vec<Vec<Vec<(usize, usize)>>> {
    let mut rng = SmallRng::seed_from_u64(29);
    let mut blocks: Vec<Vec<Vec<(usize, usize)>>> = vec![
        shape.iter().map(|length| vec![(0, *length)]).collect(),
        shape.iter().map(|length| vec![(length / 2, 0)]).collect(),
        shape.iter().map(|_| vec![]).collect(),
        shape.iter().map(|length| vec![(length / 2, 1.min(length - length / 2))]).collect(),
    ];
    for split in 0..shape.len() {
        let part =
            |axis: usize, length: usize| if axis == split { vec![(length / 3, length / 2)] } else { vec![(0, length)] };
        blocks.push(shape.iter().enumerate().map(|(axis, length)| part(axis, *length)).collect());
    }
    for _ in 0..count {
        blocks.push(shape.iter().map(|length| random_runs(&mut rng, *length)).collect());
    }
    blocks
}

fn params() -> Vec<ParamSpec> {
    let new = |name: &str, shape: &[usize]| ParamSpec::new(name, shape).unwrap();
    vec![
        new("layers.0.weight", &[12, 600]).with_layout(Layout::OutIn),
        new("layers.1.weight", &[40, 24]).with_layout(Layout::OutIn),
        new("square", &[16, 16]).with_layout(Layout::OutIn),
        new("dense.kernel", &[24, 36]).with_layout(Layout::InOut),
        new("conv.weight", &[12, 6, 3, 3]).with_layout(Layout::OutIn),
        new("grouped.weight", &[8, 2, 3]).with_layout(Layout::OutIn).with_groups(4),
        new("keras.kernel", &[3, 3, 4, 8]).with_layout(Layout::InOut),
        new("tokens", &[20, 24]).with_role(Role::Embedding),
        new("bias", &[700]).with_role(Role::Bias),
        new("states", &[6, 16]),
        new("empty", &[4, 0, 3]).with_layout(Layout::OutIn),
        new("scale", &[]),
    ]
}

/// Every entry of the catalog, on every parameter that it accepts, in all element types and three memory layouts.
#[test]
fn every_initializer_fills_blocks_with_the_values_of_the_whole() {
    let mut accepted = 0;
    for entry in fanin_core::text::catalog() {
        let initializer = parse(entry.example).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        let mut params_of_entry = 0;
        for param in params() {
            if initializer.check(&param).is_err() {
                continue;
            }
            params_of_entry += 1;
            for_every_type(&initializer, &param, 6);
        }
        assert!(params_of_entry > 0, "{} accepts none of the parameters", entry.name);
        accepted += params_of_entry;
    }
    assert!(accepted > 300, "{accepted}");
}

fn for_every_type(initializer: &dyn Initializer, param: &ParamSpec, count: usize) {
    fn one<T: Element>(initializer: &dyn Initializer, param: &ParamSpec, count: usize) {
        if initializer.check_dtype(param, T::DTYPE).is_err() {
            let block = Block::whole(param.shape()).unwrap();
            assert!(filled::<T>(initializer, param, &block, Memory::ColumnMajor).is_err());
            return;
        }
        let whole: Vec<T> = initializer.sample(param, SEED).unwrap();
        for runs in blocks(param.shape(), count) {
            same::<T>(initializer, param, &whole, &runs);
        }
    }
    one::<f32>(initializer, param, count);
    one::<f64>(initializer, param, count);
    one::<f16>(initializer, param, count);
    one::<bf16>(initializer, param, count);
}

/// Ones and minus ones in turn, by index.
#[derive(Debug)]
struct Checkerboard;

impl Initializer for Checkerboard {
    fn fill(&self, _: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.fill_each(|index| if index % 2 == 0 { 1.0 } else { -1.0 });
        Ok(())
    }
}

/// Normal values divided by their largest magnitude: computes the whole parameter and copies the part.
#[derive(Debug)]
struct Normalized;

impl Initializer for Normalized {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let mut whole = vec![0.0_f64; param.len()];
        ParamViewMut::whole(&mut whole).fill_normal(key, 0.0, 1.0)?;
        let largest = whole.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        for value in &mut whole {
            *value /= largest;
        }
        out.copy_window_of(param, &whole)
    }
}

/// Writes the index through the memory of the window.
#[derive(Debug)]
struct Written;

impl Initializer for Written {
    fn fill(&self, param: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let start = out.start();
        out.fill_slice(param.name(), |slice| {
            ParamViewMut::of_slice(slice, 0)
                .fill_each(|offset| f64::from(u32::try_from((start + offset) % 2048).unwrap()));
            Ok(())
        })
    }
}

#[test]
fn custom_initializers_need_only_fill() {
    for param in params() {
        for_every_type(&Checkerboard, &param, 6);
        for_every_type(&Normalized, &param, 6);
        for_every_type(&Written, &param, 6);
        for_every_type(&from_fn("uniform", |rng| rng.random::<f64>() - 0.5), &param, 6);
        for_every_type(&Checkerboard.plus(Normalized).scaled(0.5).unwrap(), &param, 6);
    }
    let packed = params().remove(0);
    for_every_type(&Normalized.per_block(4, Axis::Out).unwrap(), &packed, 6);
    for_every_type(&Normalized.per_block(4, Axis::In).unwrap(), &packed, 6);
    for_every_type(&Normalized.mirrored(Axis::In).per_block(4, Axis::In).unwrap(), &packed, 6);
    for_every_type(&(Arc::new(Normalized) as Arc<dyn Initializer>), &packed, 6);
}

/// Blocks large enough for several threads, with rows around every length at which the method changes.
#[test]
fn large_blocks() {
    let param = ParamSpec::new("w", [192, 4096]).unwrap().with_layout(Layout::OutIn);
    let initializers: [Box<dyn Initializer>; 6] = [
        parse("normal(std = 1)").unwrap(),
        parse("uniform").unwrap(),
        parse("truncated_normal(std = 1)").unwrap(),
        parse("truncated_normal(std = 1, low = 8, high = 9)").unwrap(),
        parse("orthogonal").unwrap(),
        parse("sum(eye, normal(std = 0.01))").unwrap(),
    ];
    for initializer in initializers {
        let whole: Vec<f32> = initializer.sample(&param, SEED).unwrap();
        let doubles: Vec<f64> = initializer.sample(&param, SEED).unwrap();
        for (start, len) in [(0, 2048), (2048, 1024), (77, 2049), (1, 63), (190, 66), (0, 64), (250, 129), (4088, 8)] {
            let runs = [vec![(1, 190)], vec![(start, len)]];
            same::<f32>(&*initializer, &param, &whole, &runs);
            same::<f64>(&*initializer, &param, &doubles, &runs);
        }
        let strided = [vec![(0, 90), (100, 92)], vec![(3, 500), (600, 40), (650, 8), (1024, 256), (2000, 2000)]];
        same::<f32>(&*initializer, &param, &whole, &strided);
        same::<f64>(&*initializer, &param, &doubles, &strided);
    }
}

/// A parameter of 2^45 elements, whose blocks have indices above 2^32.
#[test]
fn blocks_of_huge_parameters() {
    let param = ParamSpec::new("w", [1 << 20, 1 << 25]).unwrap().with_layout(Layout::OutIn);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let (row, column) = ((1 << 20) - 3, (1 << 25) - 300);
    let block = Block::new(param.shape(), vec![vec![(5, 1), (row, 2)], vec![(9, 3), (column, 300)]]).unwrap();
    let values = filled::<f32>(&normal, &param, &block, Memory::ColumnMajor).unwrap();
    let mut wanted = Vec::new();
    for row in [5, row, row + 1] {
        for (column, len) in [(9, 3), (column, 300)] {
            let start = (row as u64) << 25 | column as u64;
            wanted.extend(bits::<f32>(&normal.sample_window(&param, SEED, start, len).unwrap()));
        }
    }
    assert_eq!(values, wanted);
}

#[test]
fn invalid_blocks_are_refused() {
    let refused = |shape: &[usize], runs: Vec<Vec<(usize, usize)>>| Block::new(shape, runs).unwrap_err();
    assert_eq!(refused(&[3], vec![]), BlockError::Axes { shape: vec![3], runs: 0 });
    assert_eq!(refused(&[3], vec![vec![(2, 2)]]), BlockError::Outside { axis: 0, length: 3, start: 2, len: 2 });
    assert_eq!(
        refused(&[3], vec![vec![(usize::MAX, 2)]]),
        BlockError::Outside { axis: 0, length: 3, start: usize::MAX, len: 2 }
    );
    let order = BlockError::Order { axis: 1, start: 1, end: 2 };
    assert_eq!(refused(&[3, 9], vec![vec![(0, 3)], vec![(0, 2), (1, 3)]]), order);
    let order = BlockError::Order { axis: 0, start: 0, end: 6 };
    assert_eq!(refused(&[9], vec![vec![(5, 1), (0, 2)]]), order);
    assert!(matches!(refused(&[usize::MAX, 9], vec![vec![], vec![]]), BlockError::TooLarge { .. }));
    assert!(Block::new([usize::MAX, 0], vec![vec![(0, usize::MAX)], vec![]]).unwrap().is_empty());
    assert_eq!(Block::whole([2, 3]).unwrap().len(), 6);
}

#[test]
fn invalid_memory_is_refused() {
    let mut data = [0.0_f32; 24];
    let mut refused = |first: usize, shape: &[usize], strides: &[isize]| {
        StridedMut::new(&mut data, first, shape, strides).unwrap_err()
    };
    assert!(matches!(refused(0, &[2, 3], &[1]), StrideError::Axes { strides: 1, .. }));
    assert!(matches!(refused(1, &[4, 6], &[6, 1]), StrideError::Outside { first: 1, .. }));
    assert!(matches!(refused(5, &[4, 6], &[-6, 1]), StrideError::Outside { .. }));
    assert!(matches!(refused(usize::MAX, &[1], &[1]), StrideError::Outside { .. }));
    assert!(matches!(refused(0, &[4, 6], &[0, 1]), StrideError::Shared { .. }));
    assert!(matches!(refused(0, &[4, 6], &[5, 1]), StrideError::Shared { .. }));
    assert!(matches!(refused(0, &[3, 3], &[1, -1]), StrideError::Shared { .. }));
    assert!(matches!(refused(0, &[3, 3], &[isize::MAX, 1]), StrideError::TooLarge { .. }));
    assert!(matches!(refused(0, &[3, 3], &[isize::MIN, 1]), StrideError::TooLarge { .. }));
    assert!(matches!(refused(0, &[usize::MAX, 3], &[3, 1]), StrideError::TooLarge { .. }));
    assert!(StridedMut::new(&mut data, 0, &[4, 1, 6], &[6, 0, 1]).is_ok());
    assert!(StridedMut::new(&mut data, 99, &[4, 0], &[0, 0]).is_ok());
    assert!(StridedMut::new(&mut data, 23, &[4, 6], &[-6, -1]).is_ok());
    assert!(matches!(StridedMut::contiguous(&mut data, &[5, 5]), Err(StrideError::Length { len: 24, .. })));
    assert!(StridedMut::contiguous(&mut data, &[2, 3, 4]).is_ok());
}

#[test]
fn shapes_that_do_not_match_are_refused() {
    let param = ParamSpec::new("w", [4, 6]).unwrap();
    let mut data = [0.0_f32; 24];
    let mut fill = |shape: &[usize], memory: &[usize], len: usize| {
        let memory = StridedMut::contiguous(&mut data[..len], memory).unwrap();
        let block = Block::whole(shape).unwrap();
        fill_block(&Normal::new(0.0, 1.0).unwrap(), &param, Key::new(SEED, "w"), &block, memory)
            .unwrap_err()
            .to_string()
    };
    let error = fill(&[6, 4], &[6, 4], 24);
    assert!(error.starts_with("parameter 'w': it has shape [4, 6], but the block is one of shape [6, 4]"), "{error}");
    let error = fill(&[4, 6], &[3, 6], 18);
    assert!(error.contains("the block has shape [4, 6], but the memory has shape [3, 6]"), "{error}");
}

/// What a fill refuses, a block refuses too, before the first value is written; also an empty block.
#[test]
fn refusals_of_initializers() {
    let vector = ParamSpec::new("bias", [4]).unwrap();
    let half = Block::new([4], vec![vec![(2, 2)]]).unwrap();
    let empty = Block::new([4], vec![vec![]]).unwrap();
    let wide = Normal::new(0.0, 1e6).unwrap();
    for (block, len) in [(&half, 2), (&empty, 0)] {
        let mut data = [f16::NAN; 2];
        let memory = StridedMut::contiguous(&mut data[..len], &[len]).unwrap();
        let error = fill_block(&wide, &vector, Key::new(SEED, "bias"), block, memory).unwrap_err();
        assert!(matches!(error, InitError::Range { .. }), "{error}");
        let memory = StridedMut::contiguous(&mut data[..len], &[len]).unwrap();
        let error = fill_block(&Orthogonal::default(), &vector, Key::new(SEED, "bias"), block, memory).unwrap_err();
        assert!(matches!(error, InitError::Shape { .. }), "{error}");
        assert!(data.iter().all(|value| value.is_nan()));
    }
}

/// Arrays that interleave in one memory are filled from several threads, each through a pointer of its own.
#[test]
#[expect(unsafe_code, reason = "tests the constructor from a pointer")]
fn interleaved_memory() {
    let param = ParamSpec::new("w", [300, 8]).unwrap();
    let normal = Normal::new(0.0, 1.0).unwrap();
    let whole: Vec<f32> = normal.sample(&param, SEED).unwrap();
    let mut data = vec![0.0_f32; 2400];
    let memory = data.as_mut_ptr();
    let columns: Vec<_> = (0..8_usize)
        .map(|column| {
            // SAFETY: the columns of a row-major matrix are disjoint and inside the memory, which outlives the threads
            // below.
            let column_memory = unsafe { StridedMut::from_raw_parts(memory.add(column), &[300, 1], &[8, 1]) };
            (Block::new([300, 8], vec![vec![(0, 300)], vec![(column, 1)]]).unwrap(), column_memory.unwrap())
        })
        .collect();
    std::thread::scope(|scope| {
        for (block, memory) in columns {
            let (normal, param) = (&normal, &param);
            scope.spawn(move || fill_block(normal, param, Key::new(SEED, "w"), &block, memory).unwrap());
        }
    });
    assert_eq!(data, whole);
    // SAFETY: the arrays are refused or have no elements.
    unsafe {
        let misaligned = data.as_mut_ptr().wrapping_byte_add(1);
        assert!(matches!(StridedMut::from_raw_parts(misaligned, &[1], &[1]), Err(StrideError::Misaligned { .. })));
        let null = std::ptr::null_mut::<f64>();
        assert_eq!(StridedMut::from_raw_parts(null, &[1], &[1]).unwrap_err(), StrideError::Null);
        assert!(StridedMut::from_raw_parts(null, &[2, 0], &[1, 1]).is_ok());
        let wide = StridedMut::from_raw_parts(data.as_mut_ptr(), &[3], &[isize::MAX / 4]);
        assert!(matches!(wide, Err(StrideError::TooLarge { .. })));
    }
}
