//! Kernels of every layout.

use super::made::{File, Random, copy_column, copy_row, is_quiet, message};

const SEEDS: std::ops::Range<u64> = 0..3;

#[test]
fn kernels_are_hwio_under_every_usual_leaf() {
    for (seed, (leaf, shape)) in [
        ("pointwise_kernel", [1, 1, 64, 128]),
        ("kernel:0", [3, 3, 16, 64]),
        ("weights", [3, 3, 24, 48]),
        ("conv_filter", [1, 3, 32, 64]),
        ("filters", [5, 5, 8, 96]),
        ("pointwise_weights", [1, 1, 48, 96]),
    ]
    .into_iter()
    .enumerate()
    {
        let mut random = Random::new(70 + seed as u64);
        let mut file = File::default();
        for layer in 0..4 {
            file.add(&format!("block{layer}/{leaf}"), random.heavy(&shape, 0.1));
        }
        is_quiet(&file.audit());
        let (name, outputs) = (format!("block1/{leaf}"), shape[3]);
        file.change(&name, |_, array| copy_column(&mut array.values, outputs, 3, 7));
        let report = file.audit();
        assert_eq!(report.loud(), [format!("{name}: equal-neurons")]);
        assert!(message(&report, &name).contains(&format!("1 of {outputs} neurons")), "{leaf}");
    }
}

#[test]
fn input_channels_of_hwio_are_counted_over_all_positions() {
    let mut random = Random::new(80);
    let mut file = File::default();
    for layer in 0..4 {
        file.add(&format!("conv{layer}/kernel"), random.heavy(&[3, 3, 32, 64], 0.1));
    }
    // One position of a channel is not evidence.
    file.change("conv0/kernel", |_, array| array.values[5 * 64..6 * 64].fill(0.0));
    file.change("conv2/kernel", |_, array| {
        for position in 0..9 {
            array.values[(position * 32 + 5) * 64..][..64].fill(0.0);
        }
    });
    let report = file.audit();
    is_quiet(&report);
    assert!(report.messages("conv0/kernel").is_empty());
    assert!(message(&report, "conv2/kernel").contains("1 of 32 inputs is dead (zero: 5)"));
}

#[test]
fn transposed_and_depthwise_kernels_have_their_own_neurons() {
    for seed in SEEDS {
        let mut random = Random::new(90 + seed);
        let mut file = File::default();
        for layer in 0..4 {
            file.add(&format!("up.{layer}.deconv.weight"), random.heavy(&[32, 48, 2, 2], 0.1));
            file.add(&format!("up.{layer}.deconv.bias"), random.fresh(&[48], 0.1));
            file.add(&format!("sep{layer}/depthwise_kernel"), random.heavy(&[5, 5, 64, 1], 0.1));
            file.add(&format!("mobile.{layer}.dw.weight"), random.heavy(&[64, 1, 5, 5], 0.1));
        }
        is_quiet(&file.audit());
        // Output 40 is a copy of output 2, for each of the 32 inputs.
        file.change("up.1.deconv.weight", |_, array| {
            array.values.chunks_mut(48 * 4).for_each(|outputs| outputs.copy_within(8..12, 160));
        });
        file.change("sep2/depthwise_kernel", |_, array| copy_column(&mut array.values, 64, 11, 12));
        file.change("mobile.3.dw.weight", |_, array| copy_row(&mut array.values, 25, 11, 12));
        let report = file.audit();
        assert_eq!(
            report.loud(),
            [
                "mobile.3.dw.weight: equal-neurons",
                "sep2/depthwise_kernel: equal-neurons",
                "up.1.deconv.weight: equal-neurons"
            ]
        );
        assert!(message(&report, "up.1.deconv.weight").contains("1 of 48 neurons is bit-identical to another: 2, 40"));
    }
}

/// TensorFlow Lite and MLX store `[out, k..., in]`, depthwise kernels `[1, k..., channels]`.
fn mobile(random: &mut Random, weight: &str, bias: Option<&str>) -> File {
    let mut file = File::default();
    let mut add = |layer: &str, shape: &[usize], outputs: usize| {
        file.add(&format!("{layer}/{weight}"), random.heavy(shape, 0.1));
        if let Some(bias) = bias {
            file.add(&format!("{layer}/{bias}"), random.fresh(&[outputs], 0.1));
        }
    };
    add("conv2d", &[16, 3, 3, 3], 16);
    for (layer, [inputs, outputs]) in [[16, 8], [8, 48], [48, 12], [12, 64], [64, 32]].into_iter().enumerate() {
        add(&format!("depthwise_{layer}"), &[1, 3, 3, inputs], inputs);
        add(&format!("conv2d_{layer}"), &[outputs, 1, 1, inputs], outputs);
    }
    add("head", &[40, 3, 3, 32], 40);
    file
}

#[test]
fn kernels_with_their_positions_in_the_middle() {
    for (seed, (weight, bias)) in
        [("Kernel", Some("Bias")), ("Kernel", None), ("weight", Some("bias"))].into_iter().enumerate()
    {
        let mut random = Random::new(200 + seed as u64);
        let mut file = mobile(&mut random, weight, bias);
        is_quiet(&file.audit());
        let name = |layer: &str| format!("{layer}/{weight}");
        // A neuron, an input at all positions, and a channel of a depthwise kernel.
        file.change(&name("conv2d"), |_, array| copy_row(&mut array.values, 27, 5, 9));
        file.change(&name("conv2d_1"), |_, array| copy_row(&mut array.values, 8, 5, 9));
        file.change(&name("head"), |_, array| copy_column(&mut array.values, 32, 5, 9));
        file.change(&name("depthwise_4"), |_, array| copy_column(&mut array.values, 64, 5, 9));
        let report = file.audit();
        let mut expected = [
            format!("{}: equal-neurons", name("conv2d")),
            format!("{}: equal-neurons", name("conv2d_1")),
            format!("{}: equal-neurons", name("depthwise_4")),
            format!("{}: equal-inputs", name("head")),
        ];
        expected.sort();
        assert_eq!(report.loud(), expected);
        for (layer, told) in [
            ("conv2d", "1 of 16 neurons"),
            ("conv2d_1", "1 of 48 neurons"),
            ("head", "1 of 32 inputs"),
            ("depthwise_4", "1 of 64 neurons"),
        ] {
            assert!(report.messages(&name(layer)).iter().any(|message| message.contains(told)), "{layer}");
        }
    }
}

/// Kernels whose channels are shorter or equal, so that the shape alone suggests another order.
#[test]
fn a_bias_tells_the_order_of_an_ambiguous_kernel() {
    let kernels: [(&str, &str, &[usize], usize); 5] = [
        ("v357", "v358", &[12, 12, 7, 3], 12),
        ("v401", "v402", &[4, 12, 3, 3], 4),
        ("conv3.weight", "conv3.bias", &[16, 16, 64, 1], 16),
        ("conv2d/kernel", "conv2d/bias", &[128, 1, 1, 51], 51),
        ("conv2d_1/kernel", "conv2d_1/bias", &[7, 38, 1, 48], 48),
    ];
    for (seed, (weight, bias, shape, outputs)) in kernels.into_iter().enumerate() {
        let mut random = Random::new(210 + seed as u64);
        let mut file = File::default();
        let mut kernel = random.heavy(shape, 0.1);
        // Mirrored filters have equal positions, but their neurons differ.
        if shape[3] == 3 {
            kernel.values.chunks_mut(3).for_each(|row| row[2] = row[0]);
        }
        file.add(weight, kernel);
        file.add("other.weight", random.trained(64, 48));
        file.add(bias, random.fresh(&[outputs], 0.1));
        is_quiet(&file.audit());
        let inputs: usize = shape.iter().product::<usize>() / outputs;
        file.change(weight, |_, array| {
            if shape[0] == outputs {
                copy_row(&mut array.values, inputs, 0, 3);
            } else {
                copy_column(&mut array.values, outputs, 0, 3);
            }
        });
        let report = file.audit();
        assert_eq!(report.loud(), [format!("{weight}: equal-neurons")], "{weight}");
        assert!(message(&report, weight).contains(&format!("1 of {outputs} neurons")), "{weight}");
    }
}
