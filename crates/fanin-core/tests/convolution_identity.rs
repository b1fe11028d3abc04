//! Initializers that start as an identity, tested with an actual convolution in one to three dimensions, with groups,
//! also transposed.

use fanin_core::initializers::{Center, DeltaOrthogonal, Dirac, Ramp, Triangle, ZeroHadamard};
use fanin_core::{Initializer, InitializerExt, Layout, ParamSpec, Seed};

/// A convolution of stride 1, padded by `k / 2`, as sums over every connection.
struct Convolution {
    inputs: usize,
    outputs: usize,
    groups: usize,
    kernel: Vec<usize>,
    space: Vec<usize>,
    layout: Layout,
}

/// All positions in a row-major shape.
fn places(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![Vec::new()], |places, length| {
        places.iter().flat_map(|place| (0..*length).map(|i| [place.as_slice(), &[i]].concat())).collect()
    })
}

fn index(shape: &[usize], place: &[usize]) -> usize {
    shape.iter().zip(place).fold(0, |index, (length, i)| index * length + i)
}

impl Convolution {
    fn shape(&self) -> Vec<usize> {
        let (inputs, outputs) = (self.inputs / self.groups, self.outputs / self.groups);
        match self.layout {
            Layout::OutIn => [&[self.outputs, inputs], &self.kernel[..]].concat(),
            Layout::Transposed => [&[self.inputs, outputs], &self.kernel[..]].concat(),
            Layout::InOut => [&self.kernel[..], &[inputs, self.outputs]].concat(),
            Layout::KernelOutIn => [&self.kernel[..], &[outputs, self.inputs]].concat(),
        }
    }

    fn weight(&self, initializer: &dyn Initializer) -> Vec<f64> {
        let param = ParamSpec::new("conv.weight", self.shape()).unwrap();
        let param = param.with_layout(self.layout).with_groups(self.groups);
        initializer.sample(&param, Seed(1)).unwrap()
    }

    /// Returns the index of the weight of input `i`, output `o` and position `tap` in the layout.
    fn at(&self, i: usize, o: usize, tap: &[usize]) -> usize {
        let (inner, outer) = (i % (self.inputs / self.groups), o % (self.outputs / self.groups));
        let place = match self.layout {
            Layout::OutIn => [&[o, inner], tap].concat(),
            Layout::Transposed => [&[i, outer], tap].concat(),
            Layout::InOut => [tap, &[inner, o]].concat(),
            Layout::KernelOutIn => [tap, &[outer, i]].concat(),
        };
        index(&self.shape(), &place)
    }

    fn apply(&self, weight: &[f64], input: &[f64]) -> Vec<f64> {
        let transposed = matches!(self.layout, Layout::Transposed | Layout::KernelOutIn);
        let points: usize = self.space.iter().product();
        let mut output = vec![0.0; self.outputs * points];
        for o in 0..self.outputs {
            for i in (0..self.inputs).filter(|i| i / (self.inputs / self.groups) == o / (self.outputs / self.groups)) {
                for point in places(&self.space) {
                    for tap in places(&self.kernel) {
                        // Cross-correlation reads at x + j - k / 2; its transpose writes there.
                        let other: Option<Vec<usize>> = (0..point.len())
                            .map(|axis| (point[axis] + tap[axis]).checked_sub(self.kernel[axis] / 2))
                            .collect();
                        let Some(other) = other.filter(|place| place.iter().zip(&self.space).all(|(x, n)| x < n))
                        else {
                            continue;
                        };
                        let (from, to) = if transposed { (&point, &other) } else { (&other, &point) };
                        output[o * points + index(&self.space, to)] +=
                            weight[self.at(i, o, &tap)] * input[i * points + index(&self.space, from)];
                    }
                }
            }
        }
        output
    }
}

fn input(channels: usize, space: &[usize]) -> Vec<f64> {
    let param = ParamSpec::new("input", [channels * space.iter().product::<usize>()]).unwrap();
    Ramp::new(1.0, 1.0).unwrap().sample(&param, Seed(0)).unwrap()
}

const LAYOUTS: [Layout; 4] = [Layout::OutIn, Layout::InOut, Layout::Transposed, Layout::KernelOutIn];

#[test]
fn dirac_gives_its_input_back() {
    for (kernel, space) in [
        (vec![3], vec![7]),
        (vec![4], vec![7]),
        (vec![1], vec![3]),
        (vec![3, 5], vec![4, 6]),
        (vec![2, 3], vec![3, 3]),
        (vec![3, 1, 3], vec![3, 2, 4]),
    ] {
        for layout in LAYOUTS {
            for groups in [1, 2, 3, 6] {
                let (kernel, space) = (kernel.clone(), space.clone());
                let convolution = Convolution { inputs: 6, outputs: 6, groups, kernel, space, layout };
                let input = input(6, &convolution.space);
                let output = convolution.apply(&convolution.weight(&Dirac::new(1.0).unwrap()), &input);
                assert_eq!(output, input, "{:?} {layout} in {groups} groups", convolution.kernel);
            }
        }
    }
}

#[test]
fn channels_without_a_partner_stay_dark() {
    for layout in LAYOUTS {
        for (inputs, outputs) in [(4, 8), (8, 4)] {
            let (kernel, space) = (vec![3, 3], vec![4, 4]);
            let convolution = Convolution { inputs, outputs, groups: 2, kernel, space, layout };
            let weight = convolution.weight(&Dirac::new(0.5).unwrap());
            let (input, points) = (input(inputs, &[4, 4]), 16);
            let output = convolution.apply(&weight, &input);
            for (channel, found) in output.chunks(points).enumerate() {
                let (group, place) = (channel / (outputs / 2), channel % (outputs / 2));
                let source = (place < inputs / 2).then(|| &input[(group * (inputs / 2) + place) * points..][..points]);
                let wanted = source.map_or(vec![0.0; points], |source| source.iter().map(|x| 0.5 * x).collect());
                assert_eq!(found, wanted, "{layout}, {inputs} to {outputs}, channel {channel}");
            }
        }
    }
}

/// A matrix at the center of the kernel acts on the channels of each point.
#[test]
fn the_middle_is_a_dense_layer_at_each_point() {
    for layout in LAYOUTS {
        let convolution =
            Convolution { inputs: 3, outputs: 3, groups: 1, kernel: vec![3, 2], space: vec![2, 3], layout };
        let weight = convolution.weight(&Center::new(Triangle::default()));
        let input = input(3, &[2, 3]);
        let output = convolution.apply(&weight, &input);
        // Ones where the second index is at most the first: [out, in] sums the inputs up to the output, [in, out] those
        // from it on.
        let rows_are_outputs = matches!(layout, Layout::OutIn | Layout::KernelOutIn);
        for (place, found) in output.iter().enumerate() {
            let (channel, point) = (place / 6, place % 6);
            let inside = |i: &usize| if rows_are_outputs { *i <= channel } else { *i >= channel };
            let wanted: f64 = (0..3).filter(inside).map(|i| input[i * 6 + point]).sum();
            assert_eq!(found.to_bits(), wanted.to_bits(), "{layout}, element {place}");
        }
    }
}

/// With fewer outputs, the first channels; with more, a Hadamard transform with orthonormal columns if the number of
/// outputs is a power of two.
#[test]
fn zero_hadamard_by_groups() {
    for layout in LAYOUTS {
        let narrow = Convolution { inputs: 4, outputs: 4, groups: 2, kernel: vec![3], space: vec![5], layout };
        let input = input(4, &[5]);
        assert_eq!(narrow.apply(&narrow.weight(&ZeroHadamard), &input), input, "{layout}");
        let wide = Convolution { inputs: 4, outputs: 16, groups: 2, kernel: vec![3], space: vec![5], layout };
        let output = wide.apply(&wide.weight(&ZeroHadamard), &input);
        // Each group maps 2 inputs to 8 outputs by orthonormal columns, which preserves the sum of squares.
        let square = |values: &[f64]| values.iter().map(|x| x * x).sum::<f64>();
        assert!((square(&output) / square(&input) - 1.0).abs() < 1e-14, "{layout}");
    }
}

/// The norm of every input is preserved in every channel and point, and so is the angle between two inputs.
#[test]
fn delta_orthogonal_keeps_lengths() {
    for layout in LAYOUTS {
        for (inputs, outputs) in [(6, 6), (3, 8)] {
            let (kernel, space) = (vec![3, 2], vec![3, 2]);
            let convolution = Convolution { inputs, outputs, groups: 1, kernel, space, layout };
            let weight = convolution.weight(&DeltaOrthogonal::new(0.5).unwrap());
            let (first, points) = (input(inputs, &[3, 2]), 6);
            let second: Vec<f64> = first.iter().map(|x| 1.0 / x).collect();
            let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let images = [convolution.apply(&weight, &first), convolution.apply(&weight, &second)];
            for (wanted, found) in [
                (product(&first, &first), product(&images[0], &images[0])),
                (product(&first, &second), product(&images[0], &images[1])),
            ] {
                assert!((found / wanted - 0.25).abs() < 1e-13, "{layout}, {inputs} to {outputs}: {found}, {wanted}");
            }
            assert_eq!(images[0].len(), outputs * points);
        }
    }
}
