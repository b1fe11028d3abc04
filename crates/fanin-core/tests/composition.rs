//! Composite initializers: the shape, address and windows of each part.

use std::sync::Arc;

use fanin_core::initializers::{
    ConvolutionAware, Masked, Normal, Ones, Orthogonal, Packed, PerSlice, Ramp, Sparse, Triangle, TruncatedNormal,
    Zeros, glorot_normal, he_normal, lstm_gates,
};
use fanin_core::values::fill_normal;
use fanin_core::{
    InitError, Initializer, InitializerExt, Key, Layout, ParamSpec, ParamViewMut, Seed,
    param::{Axis, Fans},
};

fn weight(shape: &[usize], layout: Layout) -> ParamSpec {
    ParamSpec::new("w", shape).unwrap().with_layout(layout)
}

fn index() -> Ramp {
    Ramp::new(0.0, 1.0).unwrap()
}

/// The part labeled `p` of a packed parameter has the bits of a separate parameter of its shape at the part's address.
#[test]
fn parts_are_parameters_of_their_own() {
    for (layout, shape) in [(Layout::OutIn, [12, 5]), (Layout::InOut, [5, 12])] {
        let whole: Vec<f32> = Packed::new(glorot_normal(), [4, 1, 1], Axis::Out)
            .unwrap()
            .sample(&weight(&shape, layout), Seed(3))
            .unwrap();
        for (part, rows) in [(0, 0..8), (1, 8..10), (2, 10..12)] {
            let mut own = shape;
            own[layout.out_axis(2).unwrap()] = rows.len();
            let own = weight(&own, layout);
            let address = Key::new(Seed(3), "w").part(&part.to_string());
            let mut wanted = vec![0.0_f32; own.len()];
            glorot_normal().fill(&own, address.key(), ParamViewMut::whole(&mut wanted)).unwrap();
            let found: Vec<f32> = (0..60)
                .filter(|i| rows.contains(&if layout == Layout::OutIn { i / 5 } else { i % 12 }))
                .map(|i| whole[i])
                .collect();
            assert_eq!(found, wanted, "{layout}, part {part}");
        }
    }
}

#[test]
fn repeats_lie_head_by_head() {
    // Two heads of (q, k, v), two rows each.
    let parts: [Box<dyn Initializer>; 3] = [Box::new(index()), Box::new(Zeros), Box::new(Ones)];
    let sliced = PerSlice::new(parts, [1, 1, 1], Axis::At(0)).unwrap().repeated(2).unwrap();
    let values: Vec<f32> = sliced.sample(&ParamSpec::new("w", [12]).unwrap(), Seed(0)).unwrap();
    assert_eq!(values, [0., 1., 0., 0., 1., 1., 2., 3., 0., 0., 1., 1.]);
}

#[test]
fn unsplittable_axes_are_rejected_by_name() {
    let qkv = weight(&[10, 4], Layout::OutIn);
    for (initializer, words) in [
        (Box::new(Packed::new(he_normal(), [1, 1, 1], Axis::Out).unwrap()) as Box<dyn Initializer>, "length 10"),
        (Box::new(lstm_gates(he_normal())), "[1, 1, 1, 1]"),
        (Box::new(he_normal().per_block(2, Axis::At(2)).unwrap()), "axis 2 does not exist"),
        (Box::new(he_normal().block_diagonal(4).unwrap()), "4 blocks"),
        (Box::new(he_normal().with_padding(10)), "no row 10"),
        (Box::new(he_normal().masked(Triangle::default()).mirrored(Axis::At(3))), "axis 3 does not exist"),
    ] {
        let error = initializer.check(&qkv).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(words) && text.contains("'w'"), "{text}");
        assert!(matches!(error, InitError::Shape { .. }), "{error:?}");
    }
    let odd = he_normal().mirrored(Axis::Out).check(&weight(&[5, 4], Layout::OutIn)).unwrap_err().to_string();
    assert!(odd.contains("odd length 5"), "{odd}");
    let unstated = lstm_gates(Ones).check(&ParamSpec::new("w", [8, 2]).unwrap()).unwrap_err().to_string();
    assert!(unstated.contains("its layout is unknown"), "{unstated}");
}

#[test]
fn boxes_and_arcs_have_the_methods() {
    let param = weight(&[4, 4], Layout::OutIn);
    let boxed: Box<dyn Initializer> = Box::new(he_normal());
    let shared: Arc<dyn Initializer> = Arc::new(he_normal());
    let wanted: Vec<f32> = he_normal().scaled(0.5).unwrap().sample(&param, Seed(0)).unwrap();
    assert_eq!(boxed.scaled(0.5).unwrap().sample::<f32>(&param, Seed(0)).unwrap(), wanted);
    assert_eq!(shared.scaled(0.5).unwrap().sample::<f32>(&param, Seed(0)).unwrap(), wanted);
}

/// Initializers with several inner ones give each a part of the address: equal initializers draw different values at
/// any nesting depth.
#[test]
fn no_two_draws_meet() {
    let param = weight(&[64, 64], Layout::OutIn);
    let normal = || Normal::new(0.0, 1.0).unwrap();
    let draw = |initializer: &dyn Initializer| initializer.sample::<f64>(&param, Seed(9)).unwrap();
    // A sum of two equal draws would be twice the first.
    let sum = draw(&normal().plus(normal()).plus(normal()));
    let variance = sum.iter().map(|x| x * x).sum::<f64>() / 4096.0;
    // n = 4096, alpha = 1e-6: 3 within 4.9 * 3 * sqrt(2 / 4096).
    assert!((variance - 3.0).abs() < 0.33, "{variance}");
    // Nested masks of one half keep a quarter of the values, not a half.
    let half = || fanin_core::initializers::Bernoulli::new(0.5).unwrap();
    let kept = draw(&Ones.masked(half()).masked(half())).iter().sum::<f64>() / 4096.0;
    assert!((kept - 0.25).abs() < 0.034, "{kept}");
    // The mask does not affect the values that it keeps.
    let masked = draw(&Masked::new(normal(), normal().plus(Ones.scaled(0.0).unwrap())));
    assert!(masked.iter().any(|x| *x < 0.0) && masked.iter().any(|x| *x > 0.0));
}

#[test]
fn scaling_rounds_once() {
    let param = ParamSpec::new("w", [300]).unwrap();
    let scaled = Normal::new(0.0, 1.0).unwrap().scaled(0.1).unwrap();
    let halves: Vec<half::bf16> = scaled.sample(&param, Seed(4)).unwrap();
    let singles: Vec<f32> = scaled.sample(&param, Seed(4)).unwrap();
    let mut unit = vec![0.0_f32; 300];
    fill_normal(Key::new(Seed(4), "w").values(), 0, &mut unit, 0.0, 1.0).unwrap();
    for ((half, single), z) in halves.into_iter().zip(singles).zip(unit) {
        assert_eq!(half, half::bf16::from_f32(single));
        #[expect(clippy::cast_possible_truncation, reason = "rounding is the subject")]
        let wanted = (f64::from(z) * 0.1) as f32;
        assert_eq!(single.to_bits(), wanted.to_bits());
    }
    let error = Ones.scaled(1e300).unwrap().sample::<f32>(&param, Seed(0)).unwrap_err();
    assert!(matches!(error, InitError::Range { .. }) && error.to_string().contains("'w'"), "{error}");
}

#[test]
fn mirrored_pairs_are_opposite_to_the_bit() {
    let spec = |name: &str, shape: &[usize]| ParamSpec::new(name, shape).unwrap().with_layout(Layout::OutIn);
    let rows: Vec<f32> = he_normal().mirrored(Axis::Out).sample(&spec("w", &[8, 3]), Seed(1)).unwrap();
    let (first, second) = rows.split_at(12);
    assert!(first.iter().zip(second).all(|(a, b)| a.to_bits() == (0.0 - b).to_bits()));
    let columns: Vec<f32> = he_normal().mirrored(Axis::In).sample(&spec("v", &[2, 8]), Seed(1)).unwrap();
    for row in columns.chunks(8) {
        assert!((0..4).all(|unit| row[unit].to_bits() == (-row[unit + 4]).to_bits()));
    }
    // The fans are those of the whole parameter: fan_in 8, not 4.
    let own = spec("v", &[2, 4]).with_fans(Fans { fan_in: 8, fan_out: 2 });
    let halves: Vec<f32> = he_normal().sample(&own, Seed(1)).unwrap();
    assert_eq!([&columns[..4], &columns[8..12]].concat(), halves);
    assert_eq!(Zeros.mirrored(Axis::Out).sample::<f32>(&spec("b", &[4]), Seed(0)).unwrap().map_bits(), vec![0; 4]);
}

trait MapBits {
    fn map_bits(self) -> Vec<u32>;
}

impl MapBits for Vec<f32> {
    fn map_bits(self) -> Vec<u32> {
        self.into_iter().map(f32::to_bits).collect()
    }
}

/// The kernels of an output are orthogonal matrices at the parts `o.b`, block by block; the noise is at the parameter's
/// own address.
#[test]
fn convolution_aware_draws_from_parts() {
    // 2 outputs, 5 inputs, 3 positions: blocks of 3 inputs and of 2.
    let param = weight(&[2, 5, 3], Layout::OutIn);
    let values: Vec<f32> = ConvolutionAware::new(0.5, 0.05).unwrap().sample(&param, Seed(6)).unwrap();
    let key = Key::new(Seed(6), "w");
    let noise: Vec<f32> = Normal::new(0.0, 1.0).unwrap().sample(&param, Seed(6)).unwrap();
    let mut q = Vec::new();
    for (output, block, rows) in [(0, 0, 3), (0, 1, 2), (1, 0, 3), (1, 1, 2)] {
        let part = key.part(&format!("{output}.{block}"));
        let mut matrix = vec![0.0_f32; rows * 3];
        let spec = ParamSpec::new("w", [rows, 3]).unwrap();
        Orthogonal::default().fill(&spec, part.key(), ParamViewMut::whole(&mut matrix)).unwrap();
        q.extend(matrix);
    }
    let scale = 0.5 * (2.0_f64 / 15.0).sqrt() / (1.0 + 0.05_f64 * 0.05).sqrt();
    for ((value, q), z) in values.into_iter().zip(q).zip(noise) {
        #[expect(clippy::cast_possible_truncation, reason = "rounding is the subject")]
        let wanted = (scale * (3.0_f64.sqrt() * f64::from(q) + 0.05 * f64::from(z))) as f32;
        assert_eq!(value.to_bits(), wanted.to_bits());
    }
}

/// Every number of zeros along both axes. Positions are uniform: each of 8 positions is zero in 3 of 8 lines.
#[test]
fn zeros_are_counted_and_drawn_evenly() {
    let sparse = Sparse::new(0.3, 1.0, Axis::At(0)).unwrap();
    let mut at_place = [0_u32; 8];
    for seed in 0..2000 {
        let values: Vec<f64> = sparse.sample(&ParamSpec::new("w", [8, 5]).unwrap(), Seed(seed)).unwrap();
        for column in 0..5 {
            let zeros: Vec<usize> = (0..8).filter(|row| values[row * 5 + column] == 0.0).collect();
            // ceil(0.3 * 8)
            assert_eq!(zeros.len(), 3);
            for row in zeros {
                at_place[row] += 1;
            }
        }
    }
    // Binomial, n = 10,000, p = 3/8, alpha = 1e-6: 3750 within 4.9 * 48.4.
    assert!(at_place.iter().all(|count| count.abs_diff(3750) < 238), "{at_place:?}");
    let exact = |fraction: f64, rows: usize| {
        let values: Vec<f64> = Sparse::new(fraction, 1.0, Axis::At(0))
            .unwrap()
            .sample(&ParamSpec::new("w", [rows, 1]).unwrap(), Seed(0))
            .unwrap();
        values.into_iter().filter(|value| *value == 0.0).count()
    };
    assert_eq!([exact(0.07, 100), exact(0.1, 10), exact(0.0, 9), exact(1.0, 9), exact(0.34, 3)], [7, 1, 0, 9, 2]);
}

/// With absolute bounds, the values have the requested std: 0 at the mean, and an error beyond that of the uniform
/// distribution.
#[test]
fn absolute_bounds() {
    for (mean, std, low, high) in
        [(0.0, 0.5, -1.0, 1.0), (0.0, 0.02, -2.0, 2.0), (1.0, 0.3, 0.5, 3.0), (0.0, 0.57, -1.0, 1.0)]
    {
        let cut = TruncatedNormal::within(mean, std, low, high).unwrap();
        let param = ParamSpec::new("w", [100_000]).unwrap();
        let values: Vec<f64> = cut.sample(&param, Seed(2)).unwrap();
        assert!(values.iter().all(|x| (low - 1e-15..=high + 1e-15).contains(x)));
        let corrected = cut.corrected().unwrap();
        assert!((corrected.distribution(&param).std().unwrap() - std).abs() < 1e-12, "{std} between {low} and {high}");
        let (below, above) = corrected.distribution(&param).bounds().unwrap();
        assert!((below - low).abs() < 1e-12 && (above - high).abs() < 1e-12, "{below} to {above}");
    }
    assert!(TruncatedNormal::within(0.0, 0.6, -1.0, 1.0).unwrap().corrected().is_err());
    assert!(TruncatedNormal::within(0.0, 0.0, 1.0, 2.0).is_err());
    let point: Vec<f32> = TruncatedNormal::within(1.5, 0.0, 1.0, 2.0)
        .unwrap()
        .sample(&ParamSpec::new("w", [3]).unwrap(), Seed(0))
        .unwrap();
    assert_eq!(point, [1.5; 3]);
    // Bounds that cut nothing do not change the bits.
    let wide: Vec<f32> = TruncatedNormal::within(0.0, 0.02, -2.0, 2.0)
        .unwrap()
        .sample(&ParamSpec::new("w", [64]).unwrap(), Seed(0))
        .unwrap();
    let sigma: Vec<f32> = TruncatedNormal::new(0.0, 0.02, -100.0, 100.0)
        .unwrap()
        .uncorrected()
        .sample(&ParamSpec::new("w", [64]).unwrap(), Seed(0))
        .unwrap();
    assert_eq!(wide, sigma);
}
