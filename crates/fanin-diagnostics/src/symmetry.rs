//! Equal neurons in hidden layers.

use std::iter;

use fanin_core::{InitError, Parameters, ParametersExt, network::Layer};

use crate::DiagnosticsError;

/// The groups of equal neurons in a hidden layer, and the largest difference between neurons.
///
/// Neuron `j` consists of row `j` of the weight, element `j` of the bias and of a norm's gain and bias, and column `j`
/// of the outgoing weight. Two neurons with equal rows and biases but different outgoing weights compute the same value
/// now but get different gradients, so they count as distinct. Neurons are equal if they are bitwise equal after
/// `+ 0.0`, so -0.0 equals 0; a NaN equals a NaN with the same bits.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSymmetry {
    /// The layer's index, from 0.
    pub layer: usize,
    /// The number of neurons.
    pub neurons: usize,
    /// The neurons, partitioned into groups of equal ones. Neurons ascend within a group, and groups ascend by their
    /// first neuron. A plot draws one line per group, labeled with its size.
    pub groups: Vec<Vec<usize>>,
    /// `max over i, j, k of |neuron_i[k] - neuron_j[k]|`, in units of the weights: 0 if all neurons are equal, NaN if a
    /// parameter is NaN.
    pub largest_difference: f64,
}

impl LayerSymmetry {
    /// Returns the number of distinct neurons, which is the effective width of the layer.
    #[must_use]
    pub fn distinct_neurons(&self) -> usize {
        self.groups.len()
    }

    /// Returns whether the layer has two neurons or more and all are equal. A layer of width 1 does not count.
    #[must_use]
    pub fn is_one_neuron(&self) -> bool {
        self.neurons > 1 && self.groups.len() == 1
    }
}

/// Returns the symmetry of every hidden layer, first to last.
///
/// Output layers are omitted, because their targets distinguish the outputs. So are layers that write to the residual
/// stream ([`Layer::stands_alone`]), because other layers distinguish the units of the stream.
///
/// Each parameter of a layer is read once, and one layer is kept in memory at a time: 8 bytes for each of `neurons *
/// (inputs + 1 + outputs)` values. Pairs of neurons are not compared one by one: equal neurons are adjacent after
/// sorting, and the largest difference of a component over all pairs is its maximum minus its minimum.
///
/// # Errors
/// [`DiagnosticsError::Parameter`] if a layer refers to a parameter that does not exist or cannot be read,
/// [`DiagnosticsError::Shape`] if the shape is not `[neurons, inputs]`, `[neurons]` or `[outputs, neurons]`.
pub fn symmetry<P: Parameters + ?Sized>(
    parameters: &P,
    layers: &[Layer],
) -> Result<Vec<LayerSymmetry>, DiagnosticsError> {
    let mut found = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        if let Some(outgoing) = layer.outgoing.as_ref().filter(|_| layer.stands_alone()) {
            let neurons = Neurons::read(parameters, index, layer, outgoing)?;
            found.push(LayerSymmetry {
                layer: index,
                neurons: layer.neurons,
                groups: neurons.groups(),
                largest_difference: neurons.largest_difference(),
            });
        }
    }
    Ok(found)
}

/// Row `j` holds the components of neuron `j` as `f64` bits, with -0.0 replaced by 0.
struct Neurons {
    components: usize,
    bits: Vec<u64>,
}

impl Neurons {
    fn read<P: Parameters + ?Sized>(
        parameters: &P,
        index: usize,
        layer: &Layer,
        outgoing: &str,
    ) -> Result<Self, DiagnosticsError> {
        let (width, inputs) = (layer.neurons, layer.inputs);
        let shape = |name: &str| Ok::<_, InitError>(parameters.spec(name)?.shape().to_vec());
        let refuse = |name: &str, expected: String, found: Vec<usize>| {
            Err(DiagnosticsError::Shape { layer: index, name: name.to_owned(), expected, found })
        };
        let vectors: Vec<&str> = iter::once(&layer.bias)
            .chain(layer.norm.iter().flat_map(|norm| [&norm.weight, &norm.bias]))
            .map(String::as_str)
            .collect();
        let found = shape(&layer.weight)?;
        if found != [width, inputs] {
            return refuse(&layer.weight, format!("[{width}, {inputs}]"), found);
        }
        for vector in &vectors {
            let found = shape(vector)?;
            if found != [width] {
                return refuse(vector, format!("[{width}]"), found);
            }
        }
        let found = shape(outgoing)?;
        let outputs = match found[..] {
            [outputs, columns] if columns == width => outputs,
            _ => return refuse(outgoing, format!("[outputs, {width}]"), found),
        };

        let components = inputs + vectors.len() + outputs;
        let mut bits = vec![0; width * components];
        let first_outgoing = inputs + vectors.len();
        scatter(parameters, &layer.weight, inputs, &mut bits, |neuron, input| neuron * components + input)?;
        for (place, vector) in vectors.into_iter().enumerate() {
            scatter(parameters, vector, 1, &mut bits, |neuron, _| neuron * components + inputs + place)?;
        }
        scatter(parameters, outgoing, width, &mut bits, |output, neuron| {
            neuron * components + first_outgoing + output
        })?;
        Ok(Self { components, bits })
    }

    fn rows(&self) -> std::slice::ChunksExact<'_, u64> {
        self.bits.chunks_exact(self.components)
    }

    fn groups(&self) -> Vec<Vec<usize>> {
        let mut sorted: Vec<(usize, &[u64])> = self.rows().enumerate().collect();
        // Stable, so that equal neurons stay in ascending order.
        sorted.sort_by_key(|(_, row)| *row);
        let equals = sorted.chunk_by(|(_, a), (_, b)| a == b);
        let mut groups: Vec<Vec<usize>> =
            equals.map(|group| group.iter().map(|(neuron, _)| *neuron).collect()).collect();
        groups.sort_unstable();
        groups
    }

    fn largest_difference(&self) -> f64 {
        let mut rows = self.rows().map(|row| row.iter().map(|bits| f64::from_bits(*bits)));
        let Some(first) = rows.next() else { return 0.0 };
        let mut spans: Vec<(f64, f64)> = first.map(|value| (value, value)).collect();
        for row in rows {
            for ((low, high), value) in spans.iter_mut().zip(row) {
                (*low, *high) = (least(*low, value), greatest(*high, value));
            }
        }
        let difference = |(low, high): (f64, f64)| match low < high {
            true => high - low,
            // Two equal infinities do not differ; two NaNs do.
            false if low.is_nan() => low,
            false => 0.0,
        };
        spans.into_iter().map(difference).fold(0.0, greatest)
    }
}

/// Returns the smaller of two numbers; NaN if either is NaN.
fn least(a: f64, b: f64) -> f64 {
    if a.is_nan() || a < b { a } else { b }
}

/// Returns the larger of two numbers; NaN if either is NaN.
fn greatest(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

/// Writes each element of a parameter to the position given by `place(row, column)`.
fn scatter<P: Parameters + ?Sized>(
    parameters: &P,
    name: &str,
    columns: usize,
    bits: &mut [u64],
    place: impl Fn(usize, usize) -> usize,
) -> Result<(), InitError> {
    let (mut row, mut column) = (0, 0);
    parameters.read(name, &mut |_, view| {
        for value in view.data().iter() {
            if let Some(slot) = bits.get_mut(place(row, column)) {
                // `+ 0.0` turns -0.0 into 0 and leaves all other values unchanged.
                *slot = (value + 0.0).to_bits();
            }
            column += 1;
            if column == columns {
                (row, column) = (row + 1, 0);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use fanin_core::{Activation, ParamSpec};
    use half::f16;

    use super::*;
    use crate::held_parameters::Held;

    /// Two inputs, `width` hidden neurons, two outputs. `rows[j]` is neuron `j`: two weights, the bias, two outgoing
    /// weights.
    fn network<T: fanin_core::Element>(rows: &[[f64; 5]]) -> (Held<T>, Vec<Layer>) {
        let width = rows.len();
        let weight: Vec<f64> = rows.iter().flat_map(|row| [row[0], row[1]]).collect();
        let bias: Vec<f64> = rows.iter().map(|row| row[2]).collect();
        let outgoing: Vec<f64> = [3, 4].iter().flat_map(|k| rows.iter().map(|row| row[*k])).collect();
        let spec = |name: &str, shape: &[usize]| ParamSpec::new(name, shape).unwrap();
        let held = Held::new(&[
            (spec("w", &[width, 2]), &weight),
            (spec("b", &[width]), &bias),
            (spec("v", &[2, width]), &outgoing),
            (spec("c", &[2]), &[7.0, 8.0]),
        ]);
        let layers =
            vec![Layer::new("w", "b", [width, 2]).feeding("v", Activation::Tanh), Layer::new("v", "c", [2, width])];
        (held, layers)
    }

    fn only(rows: &[[f64; 5]]) -> LayerSymmetry {
        let (held, layers) = network::<f64>(rows);
        let mut found = symmetry(&held, &layers).unwrap();
        assert_eq!(found.len(), 1, "the output layer has no symmetry");
        found.remove(0)
    }

    #[test]
    fn equal_neurons_are_one() {
        let found = only(&[[0.1; 5]; 4]);
        assert_eq!(found.groups, [[0, 1, 2, 3]]);
        assert_eq!((found.layer, found.neurons, found.distinct_neurons()), (0, 4, 1));
        assert_eq!(found.largest_difference, 0.0);
        assert!(found.is_one_neuron());
        let by_design = only(&[[0.0; 5]]);
        assert_eq!((by_design.distinct_neurons(), by_design.is_one_neuron()), (1, false));
    }

    #[test]
    fn every_component_tells_neurons_apart() {
        let base = [1.0, 2.0, 3.0, 4.0, 5.0];
        for component in 0..5 {
            let mut other = base;
            other[component] += 0.25;
            let found = only(&[base, other, base]);
            assert_eq!(found.groups, [vec![0, 2], vec![1]], "component {component}");
            assert_eq!(found.largest_difference, 0.25, "component {component}");
            assert!(!found.is_one_neuron());
        }
    }

    #[test]
    fn groups_are_in_the_order_of_the_neurons() {
        let rows = [3.0, 1.0, 3.0, 2.0, 1.0].map(|value| [value; 5]);
        assert_eq!(only(&rows).groups, [vec![0, 2], vec![1, 4], vec![3]]);
    }

    #[test]
    fn the_largest_difference_is_over_all_pairs() {
        let (mut low, mut high) = ([0.0; 5], [0.0; 5]);
        (low[1], high[1], high[4]) = (-3.0, 4.0, 6.5);
        let found = only(&[[0.0; 5], low, high]);
        assert_eq!((found.distinct_neurons(), found.largest_difference), (3, 7.0));
    }

    #[test]
    fn equal_is_to_the_bit_but_for_the_sign_of_zero() {
        assert_eq!(only(&[[0.0; 5], [-0.0; 5]]).distinct_neurons(), 1);
        let mut next = [1.0_f64; 5];
        next[0] = f64::from_bits(1.0_f64.to_bits() + 1);
        let found = only(&[[1.0; 5], next]);
        assert_eq!((found.distinct_neurons(), found.largest_difference), (2, f64::EPSILON));
        assert_eq!(only(&[[0.0; 5], [5e-324; 5]]).distinct_neurons(), 2);
    }

    #[test]
    fn half_precision_is_compared_as_stored() {
        // 1 + 2^-12 rounds to 1 in f16: the two neurons hold the same bits.
        let (held, layers) = network::<f16>(&[[1.0; 5], [1.0 + 1.0 / 4096.0; 5]]);
        assert_eq!(symmetry(&held, &layers).unwrap()[0].distinct_neurons(), 1);
        let (held, layers) = network::<f32>(&[[1.0; 5], [1.0 + 1.0 / 4096.0; 5]]);
        assert_eq!(symmetry(&held, &layers).unwrap()[0].distinct_neurons(), 2);
    }

    #[test]
    fn non_finite_values_are_not_hidden() {
        let mut broken = [0.0; 5];
        broken[2] = f64::NAN;
        assert!(only(&[[0.0; 5], broken, [1.0; 5]]).largest_difference.is_nan());
        assert!(only(&[broken, [0.0; 5]]).largest_difference.is_nan());
        let found = only(&[[f64::INFINITY; 5], [f64::INFINITY; 5]]);
        assert_eq!((found.distinct_neurons(), found.largest_difference), (1, 0.0));
        assert_eq!(only(&[[f64::INFINITY; 5], [1.0; 5]]).largest_difference, f64::INFINITY);
    }

    #[test]
    fn a_layer_that_names_another_shape_is_refused() {
        let (held, layers) = network::<f32>(&[[0.0; 5]; 3]);
        for (layer, name) in [
            (Layer::new("v", "b", [3, 2]).feeding("v", Activation::Tanh), "'v'"),
            (Layer::new("w", "c", [3, 2]).feeding("v", Activation::Tanh), "'c'"),
            (Layer::new("w", "b", [3, 2]).feeding("w", Activation::Tanh), "'w'"),
            (Layer::new("w", "b", [3, 2]).feeding("x", Activation::Tanh), "'x'"),
        ] {
            let error = symmetry(&held, &[layers[0].clone(), layer]).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn nothing_hidden_is_nothing_found() {
        let (held, layers) = network::<f32>(&[[0.0; 5]; 2]);
        assert_eq!(symmetry(&held, &layers[1..]).unwrap(), []);
    }
}
