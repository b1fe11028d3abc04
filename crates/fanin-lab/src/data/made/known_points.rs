//! The exact bits of the generated data sets.

use super::*;

fn rows(set: &DataSet) -> Vec<(&[f64], usize)> {
    [set.train(), set.held_out()].into_iter().flat_map(|part| (0..part.len()).filter_map(|row| part.row(row))).collect()
}

fn made(pattern: Pattern) -> Made {
    Made::new(pattern)
}

/// An independent implementation in Python, with `math.sin`, gave the same rows and the same values to 1e-15.
#[test]
fn first_points_to_the_bit() {
    let bits = |pattern| {
        let set = made(pattern).load().unwrap();
        let first: Vec<String> =
            set.train().inputs()[..4].iter().map(|value| format!("{:016x}", value.to_bits())).collect();
        (set.train().labels()[..2].to_vec(), first.join(" "))
    };
    for (pattern, known) in [
        (Pattern::Circles, "bfe9e0821c350319 3fe4690b05ad507c 3fe4f7b900d1601c 3fc5a11a9692fbd0"),
        (Pattern::Moons, "3fe4c9c5df171e16 3fe8a718ff51e1c2 40003f0aff814fee 3fa2d9fb87a92968"),
        (Pattern::Spiral, "bff2259d0f99910b bfe0ff4b430706a1 3fcab0e053adfb8e bfe58c13e3a3ef79"),
        (Pattern::Xor, "bff06affda0d66d4 bff04ab5fbe5d2ef bfeec7fcb4386497 3fdf2bd8b2f2b870"),
        (Pattern::Blobs, "bfb7ae53beef0068 bfffb41847844f66 3fc2fcfa77c8a824 3fe67a82d0640e94"),
        (Pattern::Corner, "c00237117c33654e bff19f3f2ef53a14 400bd2f5d12ffbf9 401187c3f950642e"),
    ] {
        assert_eq!(bits(pattern), (vec![0, 1], known.to_owned()), "{pattern:?}");
    }
}

#[test]
fn balanced_and_split_four_to_one() {
    for pattern in Pattern::ALL {
        let set = made(pattern).load().unwrap();
        assert_eq!((set.features(), set.train().len(), set.held_out().len()), (2, 400, 100), "{pattern:?}");
        for (part, half) in [(set.train(), 200), (set.held_out(), 50)] {
            assert_eq!(part.labels().iter().filter(|label| **label == 1).count(), half, "{pattern:?}");
        }
    }
}

#[test]
fn without_noise_the_points_are_on_the_pattern() {
    for pattern in Pattern::ALL {
        let set = made(pattern).with_noise(0.0).unwrap().load().unwrap();
        for (point, class) in rows(&set) {
            let (x, y) = (point[0], point[1]);
            let error = match pattern {
                Pattern::Circles => x.hypot(y) - if class == 0 { 1.0 } else { 0.5 },
                Pattern::Moons if class == 0 => x.hypot(y) - 1.0 + y.min(0.0),
                Pattern::Moons => (1.0 - x).hypot(0.5 - y) - 1.0 + (0.5 - y).min(0.0),
                Pattern::Spiral => {
                    let turn = (x.hypot(y) - 0.2) / 1.8 + if class == 0 { 0.0 } else { 0.5 };
                    let (sine, cosine) = (turn * std::f64::consts::TAU).sin_cos();
                    (x * sine - y * cosine).abs() + (x * cosine + y * sine - x.hypot(y)).abs()
                }
                Pattern::Xor => f64::from(u8::from((x * y > 0.0) == (class == 1))) + (x.abs() - 1.0) + (y.abs() - 1.0),
                Pattern::Blobs => (x - y).abs() + (x - if class == 0 { -1.0 } else { 1.0 }).abs(),
                Pattern::Corner if class == 0 => x.min(y) + 4.0 + (x.max(y) - 4.0).max(0.0),
                Pattern::Corner => (x - y).abs() + (-1.2 - x).max(0.0) + (x - 3.6).max(0.0),
            };
            assert!(error.abs() < 1e-14, "{pattern:?}: {point:?} of class {class}");
        }
    }
}

#[test]
fn xor_fills_its_four_corners_alike() {
    let set = made(Pattern::Xor).with_noise(0.0).unwrap().load().unwrap();
    for corner in [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]] {
        assert_eq!(rows(&set).iter().filter(|(point, _)| *point == corner).count(), 125);
    }
}

/// The noise of n = 200,000 values: the standard error of the std is 1.6e-3 (relative); 4.5 sigma are allowed, alpha
/// 7e-6.
#[test]
fn noise_has_the_stated_std() {
    for pattern in Pattern::ALL {
        let exact = made(pattern).with_points(100_000).unwrap().with_noise(0.0).unwrap().load().unwrap();
        let noisy = made(pattern).with_points(100_000).unwrap().with_noise(0.25).unwrap().load().unwrap();
        let squares = |part: fn(&DataSet) -> &super::super::Part| -> f64 {
            part(&exact).inputs().iter().zip(part(&noisy).inputs()).map(|(a, b)| (a - b).powi(2)).sum()
        };
        let std = ((squares(DataSet::train) + squares(DataSet::held_out)) / 200_000.0).sqrt();
        assert!((std / 0.25 - 1.0).abs() < 4.5 * 1.6e-3, "{pattern:?}: {std}");
    }
}

#[test]
fn a_larger_set_begins_with_the_smaller_one() {
    let whole = |points| {
        let set = made(Pattern::Moons).with_points(points).unwrap().load().unwrap();
        rows(&set)
            .iter()
            .map(|(point, _)| [point[0].to_bits(), point[1].to_bits()])
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert!(whole(100).is_subset(&whole(300)));
}

#[test]
fn the_seed_changes_every_point() {
    for pattern in Pattern::ALL {
        let first = made(pattern).load().unwrap();
        assert_eq!(first, made(pattern).load().unwrap());
        let other = made(pattern).with_seed(Seed(1)).unwrap().load().unwrap();
        assert!(
            first.train().inputs().iter().zip(other.train().inputs()).all(|(a, b)| a.to_bits() != b.to_bits()),
            "{pattern:?}"
        );
    }
}

#[test]
fn arguments_without_a_meaning_are_named() {
    let moons = made(Pattern::Moons);
    assert!(moons.with_points(9).unwrap_err().to_string().contains("moons: n = '9'"));
    for noise in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
        assert!(moons.with_noise(noise).unwrap_err().to_string().contains("noise"), "{noise}");
    }
    assert!(moons.with_seed(Seed(u64::MAX)).is_err());
    assert_eq!(whole(9_007_199_254_740_992.0), Some(1 << 53));
    for number in [-1.0, 0.5, f64::NAN, f64::INFINITY, 1e16] {
        assert_eq!(whole(number), None, "{number}");
    }
}
