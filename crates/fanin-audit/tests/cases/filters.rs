//! Fixed filters.

use std::f64::consts::PI;

use super::made::{Array, File, Random};

fn kernels(shape: &[usize], kernel: impl Fn(usize, usize) -> f64) -> Array {
    let size: usize = if shape.len() > 2 { shape[2..].iter().product() } else { shape[1] };
    #[expect(clippy::cast_possible_truncation, reason = "weights are stored in 32 bits")]
    let values = (0..shape.iter().product::<usize>()).map(|at| kernel(at / size, at % size) as f32).collect();
    Array { shape: shape.to_vec(), values }
}

/// The kernel that is the product of a row and itself, for each channel.
fn product(shape: &[usize], row: &[f64]) -> Array {
    let n = row.len();
    kernels(shape, |_, at| row[at / n] * row[at % n])
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn number(count: usize) -> f64 {
    count as f64
}

fn trained() -> File {
    let (random, mut file) = (&mut Random::new(3), File::default());
    for layer in 0..5 {
        file.add(&format!("layers.{layer}.conv.weight"), random.trained(32, 288).shaped(&[32, 32, 3, 3]));
    }
    file
}

fn assert_quiet(name: &str, filter: Array) {
    let mut file = trained();
    let shape = filter.shape.clone();
    file.add(name, filter);
    let report = file.audit();
    assert!(report.loud().is_empty(), "{name} {shape:?}: {:?}", report.loud());
}

#[test]
fn blurs_are_not_reported() {
    let gauss = |n: usize, sigma: f64| -> Vec<f64> {
        let row: Vec<f64> =
            (0..n).map(|at| (-0.5 * ((number(at) - number(n - 1) / 2.0) / sigma).powi(2)).exp()).collect();
        let sum: f64 = row.iter().sum();
        row.into_iter().map(|value| value / sum).collect()
    };
    for (n, sigma) in [(7, 1.5), (5, 0.8), (11, 1.5), (4, 1.0)] {
        for channels in [1, 3, 64] {
            assert_quiet("blur.weight", product(&[channels, 1, n, n], &gauss(n, sigma)));
        }
    }
    assert_quiet("smooth.kernel", product(&[16, 1, 3, 3], &[0.25, 0.5, 0.25]));
    assert_quiet("blur.weight", product(&[8, 1, 5, 5], &[1.0, 4.0, 6.0, 4.0, 1.0].map(|value| value / 16.0)));
    // Bilinear upsampling, each channel by itself among all pairs.
    let row = [0.25, 0.75, 0.75, 0.25];
    let upsampling =
        kernels(&[12, 12, 4, 4], |kernel, at| if kernel / 12 == kernel % 12 { row[at / 4] * row[at % 4] } else { 0.0 });
    assert_quiet("upscore.weight", upsampling);
    assert_quiet("average.weight", kernels(&[24, 1, 3, 3], |_, _| 1.0 / 9.0));
    // One-dimensional, for audio.
    let row = gauss(9, 2.0);
    assert_quiet("lowpass.weight", kernels(&[6, 1, 9], |_, at| row[at]));
    // With the positions first.
    let row = gauss(5, 1.0);
    assert_quiet(
        "blur/depthwise_kernel",
        kernels(&[25, 16], |position, _| row[position / 5] * row[position % 5]).shaped(&[5, 5, 16, 1]),
    );
}

#[test]
fn edges_and_wavelets_are_not_reported() {
    const SOBEL: [f64; 9] = [-1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0];
    const LAPLACE: [f64; 9] = [0.0, 1.0, 0.0, 1.0, -4.0, 1.0, 0.0, 1.0, 0.0];
    assert_quiet("edges.weight", kernels(&[8, 1, 3, 3], |_, at| SOBEL[at]));
    assert_quiet(
        "edges.weight",
        kernels(&[2, 3, 3, 3], |kernel, at| if kernel < 3 { SOBEL[at] } else { SOBEL[at % 3 * 3 + at / 3] }),
    );
    assert_quiet("laplace.weight", kernels(&[16, 1, 3, 3], |_, at| LAPLACE[at]));
    let haar = |kernel: usize, at: usize| {
        let sign = |bit: bool| if bit { -0.5 } else { 0.5 };
        sign(
            kernel % 4 == 1 && at % 2 == 1 || kernel % 4 == 2 && at / 2 == 1 || kernel % 4 == 3 && (at == 1 || at == 2),
        )
    };
    assert_quiet("haar.weight", kernels(&[32, 1, 2, 2], haar));
    // Daubechies' four coefficients and their mirror, for each of eight channels.
    let root = 3.0_f64.sqrt();
    let low = [1.0 + root, 3.0 + root, 3.0 - root, 1.0 - root].map(|value| value / (4.0 * 2.0_f64.sqrt()));
    let high = [low[3], -low[2], low[1], -low[0]];
    assert_quiet("dwt.weight", kernels(&[16, 1, 4], |kernel, at| if kernel % 2 == 0 { low[at] } else { high[at] }));
}

#[test]
fn bases_and_banks_are_not_reported() {
    let dct = |n: usize| move |row: usize, at: usize| (PI / number(n) * (number(at) + 0.5) * number(row)).cos();
    assert_quiet("dct.weight", kernels(&[64, 1, 64], dct(64)));
    assert_quiet("mfcc.weight", kernels(&[20, 40], dct(40)));
    // A Fourier basis under a periodic window.
    let fourier = |kernel: usize, at: usize| {
        let window = 0.5 - 0.5 * (2.0 * PI * number(at) / 128.0).cos();
        window * (2.0 * PI * number(kernel * at % 128) / 128.0).cos()
    };
    assert_quiet("spectrum.conv_real.weight", kernels(&[65, 1, 128], fourier));
    let mel = |row: usize, at: usize| {
        let center = |band: usize| 2.0 * 1.14_f64.powi(i32::try_from(band).expect("small"));
        let (low, middle, high) = (center(row), center(row + 1), center(row + 2));
        ((number(at) - low) / (middle - low)).min((high - number(at)) / (high - middle)).max(0.0)
    };
    assert_quiet("features.mel.weight", kernels(&[32, 201], mel));
    let position = |row: usize, at: usize| {
        let angle = number(row) / 10_000_f64.powf(number(at / 2 * 2) / 64.0);
        if at.is_multiple_of(2) { angle.sin() } else { angle.cos() }
    };
    assert_quiet("time_proj.weight", kernels(&[100, 64], position));
    // Identities, shifts and selections.
    assert_quiet("identity.weight", kernels(&[48, 48], |row, at| f64::from(u8::from(row == at))));
    assert_quiet(
        "dirac.weight",
        kernels(&[16, 16, 3, 3], |kernel, at| f64::from(u8::from(kernel / 16 == kernel % 16 && at == 4))),
    );
    assert_quiet("shift.weight", kernels(&[30, 1, 3], |kernel, at| f64::from(u8::from(at == kernel / 10))));
    assert_quiet("select.weight", kernels(&[8, 128], |row, at| f64::from(u8::from(at == row * 5))));
}

/// Faults that are nearly filters: equal learned kernels, a constant dense layer, a constant that is not an average.
#[test]
fn equal_learned_kernels_are_still_found() {
    for seed in 0..5 {
        let random = &mut Random::new(seed);
        let one = random.trained(1, 49).values;
        let mut file = trained();
        file.add("blur.weight", kernels(&[8, 1, 7, 7], |_, at| f64::from(one[at])));
        assert_eq!(file.audit().loud(), ["blur.weight: equal-neurons"]);
    }
    let mut file = trained();
    file.add("fc.weight", Array::filled(&[32, 64], 1.0 / 64.0)).add("dw.weight", Array::filled(&[32, 1, 3, 3], 0.013));
    let loud = file.audit().loud();
    assert!(
        loud.contains(&"fc.weight: all-constant".to_owned()) && loud.contains(&"dw.weight: all-constant".to_owned()),
        "{loud:?}"
    );
    // A dense layer whose neurons are constants.
    let random = &mut Random::new(11);
    let values = random.fresh(&[1, 24], 0.1).values;
    let mut file = trained();
    file.add("fc.weight", kernels(&[24, 32], |row, _| f64::from(values[row % 12])));
    assert!(file.audit().loud().iter().any(|line| line.starts_with("fc.weight: equal-")), "{:?}", file.audit().loud());
}

/// A constant-Q transform: sinusoids in windows that become shorter as their frequency rises, around a common center.
#[test]
fn windows_of_falling_lengths_are_not_reported() {
    let wave = |half: usize, at: usize, phase: f64| {
        let (offset, half) = (number(at) - 128.3, number(half));
        if offset.abs() > half {
            return 0.0;
        }
        (0.5 + 0.5 * (PI * offset / half).cos()) * (25.0 * offset / half + phase).cos()
    };
    for phase in [0.0, PI / 2.0] {
        let bases = kernels(&[24, 256], |line, at| wave(120 - 3 * line, at, phase)).shaped(&[24, 1, 1, 256]);
        let mut file = trained();
        file.add("const_fold_opt__655", bases);
        let report = file.audit();
        assert!(report.loud().is_empty(), "{:?}", report.loud());
        // A learned kernel with two neurons that are equal is none.
        let mut random = Random::new(5);
        let mut learned = random.heavy(&[24, 1, 1, 256], 0.1);
        learned.values.copy_within(256..512, 1024);
        file.add("const_fold_opt__655", learned);
        assert_eq!(file.audit().loud(), ["const_fold_opt__655: equal-neurons"]);
    }
}

/// Coordinates of grids, evenly spaced and not, last or first, under names that say it or do not.
#[test]
fn grids_are_not_reported() {
    #[expect(clippy::cast_possible_truncation, reason = "coordinates are stored in 32 bits")]
    let spaced = |at: usize, log: bool| {
        let x = number(at) - 7.0;
        (if log { x.signum() * (8.0 * x.abs() / 7.0).ln_1p() } else { x / 7.0 }) as f32
    };
    for log in [false, true] {
        let pairs: Vec<[f32; 2]> = (0..225).map(|at| [spaced(at / 15, log), spaced(at % 15, log)]).collect();
        let last: Vec<f32> = pairs.iter().flatten().copied().collect();
        let first: Vec<f32> = (0..2).flat_map(|side| pairs.iter().map(move |pair| pair[side])).collect();
        for (name, shape, values) in [
            ("relative_coords_table", &[1, 15, 15, 2][..], &last),
            ("table", &[1, 15, 15, 2], &last),
            ("points", &[225, 2], &last),
            ("grid", &[1, 2, 15, 15], &first),
        ] {
            let mut file = trained();
            // The same in every block.
            for block in 0..4 {
                file.add(&format!("blocks.{block}.{name}"), Array { shape: shape.to_vec(), values: values.clone() });
            }
            let report = file.audit();
            assert!(report.loud().is_empty(), "{name} {log}: {:?}", report.loud());
        }
    }
    // Learned points do not form a grid.
    let mut file = trained();
    let points = Random::new(8).trained(225, 2);
    file.add("blocks.0.points", points.clone());
    file.add("blocks.1.points", points);
    assert_eq!(file.audit().loud(), ["blocks.1.points: duplicate-tensor"]);
}
