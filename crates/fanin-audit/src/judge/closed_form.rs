//! Closed forms of buffers: rotary frequencies, sinusoidal position tables, windows and causal masks.
//!
//! Each test fits the free parameters of the form robustly and returns the values that deviate, if all others agree.
//! Unknown variants agree nowhere, so they have no deviations. Knows no tensors.

use std::f64::consts::TAU;

use super::median::median;
use crate::measure::number;

/// A value that does not follow the form of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Deviation {
    pub(crate) index: usize,
    pub(crate) value: f64,
    pub(crate) expected: f64,
}

/// Values, and the relative precision to which they are stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored<'v> {
    pub(crate) values: &'v [f64],
    pub(crate) precision: f64,
}

impl Stored<'_> {
    /// The deviations from a form; `None` if they are more than one in `share` values.
    fn deviations(self, share: usize, room: f64, form: impl Fn(usize) -> f64) -> Option<Vec<Deviation>> {
        let deviates = |(index, value): (usize, &f64)| {
            let expected = form(index);
            let near = (value - expected).abs() <= room + 4.0 * self.precision * expected.abs() || *value == expected;
            (!near).then_some(Deviation { index, value: *value, expected })
        };
        let most = self.values.len() / share;
        let found: Vec<Deviation> = self.values.iter().enumerate().filter_map(deviates).take(most + 1).collect();
        (found.len() <= most).then_some(found)
    }
}

/// Deviations from `scale base^(-i/n)`, and the base; `None` if fewer than seven of eight values follow any such form.
pub(crate) fn frequencies(stored: Stored<'_>) -> Option<(f64, Vec<Deviation>)> {
    let values = stored.values;
    if values.len() < 8 {
        return None;
    }
    let logs: Vec<f64> = values.iter().map(|value| if *value > 0.0 { value.ln() } else { f64::NAN }).collect();
    let step = median(logs.windows(2).map(|pair| pair[1] - pair[0]));
    let start = median(logs.iter().enumerate().map(|(at, log)| log - number(at as u64) * step));
    let room = if stored.precision > 1e-5 { 0.02 } else { 1e-3 };
    let ratios: Vec<f64> =
        logs.iter().enumerate().map(|(at, log)| (log - start - number(at as u64) * step).exp()).collect();
    let form = |at: usize| (start + number(at as u64) * step).exp();
    let deviates = |at: &usize| ratios[*at].is_nan() || (ratios[*at] - 1.0).abs() > room;
    let found: Vec<Deviation> = (0..values.len())
        .filter(deviates)
        .map(|index| Deviation { index, value: values[index], expected: form(index) })
        .collect();
    (step < 0.0 && found.len() * 8 <= values.len()).then(|| ((-step * number(values.len() as u64)).exp(), found))
}

/// Deviations from the Hann, Hamming, Blackman or sine window, periodic or symmetric, and the name of the window.
pub(crate) fn window(stored: Stored<'_>) -> Option<(&'static str, Vec<Deviation>)> {
    type Form = (&'static str, fn(f64) -> f64);
    const FORMS: [Form; 4] = [
        ("Hann", |x| 0.5 - 0.5 * (TAU * x).cos()),
        ("Hamming", |x| 0.54 - 0.46 * (TAU * x).cos()),
        ("Blackman", |x| 0.42 - 0.5 * (TAU * x).cos() + 0.08 * (2.0 * TAU * x).cos()),
        ("sine", |x| (TAU * x / 2.0).sin()),
    ];
    let len = stored.values.len();
    if len < 32 {
        return None;
    }
    let lengths = [number(len as u64), number(len as u64 - 1)];
    let fits = FORMS.iter().flat_map(|(name, form)| {
        lengths.map(|length| Some((*name, stored.deviations(16, 1e-3, |at| form(number(at as u64) / length))?)))
    });
    fits.flatten().min_by_key(|(_, deviations)| deviations.len())
}

/// Deviations of a square mask from a causal one: one value on and below the diagonal, another above.
pub(crate) fn causal_mask(stored: Stored<'_>, side: usize) -> Option<Vec<Deviation>> {
    let (seen, hidden) = (*stored.values.first()?, *stored.values.get(side.checked_sub(1)?)?);
    if side < 8 || seen == hidden || stored.values.len() != side * side {
        return None;
    }
    stored.deviations(1000.min(side * side / 4), 0.0, |at| if at % side <= at / side { seen } else { hidden })
}

/// Deviations of a table `[positions, columns]` whose columns are sinusoids of the position: each value determines its neighbors, because
/// `sin(a (p + 1) + b) + sin(a (p - 1) + b) = 2 cos a sin(a p + b)`. Zero rows, the padding, are left out.
pub(crate) fn sinusoids(stored: Stored<'_>, columns: usize) -> Option<Vec<Deviation>> {
    let values = stored.values;
    let rows = values.len().checked_div(columns)?;
    if rows < 16 || columns < 4 {
        return None;
    }
    let is_padding = |row: usize| values[row * columns..(row + 1) * columns].iter().all(|value| *value == 0.0);
    let first = (0..rows).find(|row| !is_padding(*row))?;
    let room = 0.02 + 8.0 * stored.precision;
    let mut found = Vec::new();
    for column in 0..columns {
        let at = |row: usize| values[row * columns + column];
        let sum = |row: usize| at(row - 1) + at(row + 1);
        let inner = first + 1..rows - 1;
        let twice = median(inner.clone().filter(|row| at(*row).abs() > 0.3).map(|row| sum(row) / at(row)));
        // A column that is nearly zero or constant is not evidence.
        if twice.is_nan() {
            continue;
        }
        if twice.abs() > 2.001 {
            return None;
        }
        // A deviating value breaks the relation at its own position and at both neighbors.
        let broken = |row: usize| !inner.contains(&row) || (sum(row) - twice * at(row)).abs() > room;
        let deviating =
            inner.clone().filter(|row| twice.abs() > 0.1 && broken(*row) && broken(row - 1) && broken(row + 1));
        found.extend(deviating.map(|row| Deviation {
            index: row * columns + column,
            value: at(row),
            expected: sum(row) / twice,
        }));
        if found.len() * 100 > values.len() || inner.clone().filter(|row| broken(*row)).count() * 4 > rows {
            return None;
        }
    }
    found.sort_by_key(|deviation| deviation.index);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(values: &[f64]) -> Stored<'_> {
        Stored { values, precision: 6e-8 }
    }

    #[test]
    fn frequencies_of_known_and_unknown_variants() {
        let usual: Vec<f64> = (0_u64..32).map(|at| 10_000_f64.powf(-number(at) / 32.0)).collect();
        let (base, found) = frequencies(stored(&usual)).expect("the form");
        assert!((base - 10_000.0).abs() < 1.0 && found.is_empty());
        let linear: Vec<f64> = usual.iter().map(|value| value / 8.0).collect();
        assert!(frequencies(stored(&linear)).is_some_and(|(_, found)| found.is_empty()));
        let mut wrong = usual.clone();
        wrong[3] = 0.7;
        let (_, found) = frequencies(stored(&wrong)).expect("the form");
        assert!(found.len() == 1 && found[0].index == 3 && (found[0].expected - usual[3]).abs() < 1e-9);
        // Llama 3: high frequencies as they are, low ones divided by 8, and a transition.
        let llama: Vec<f64> = usual
            .iter()
            .map(|value| {
                let smooth = ((value * 8192.0 / TAU - 1.0) / 3.0).clamp(0.0, 1.0);
                value * (smooth + (1.0 - smooth) / 8.0)
            })
            .collect();
        assert!(frequencies(stored(&llama)).is_none_or(|(_, found)| found.is_empty()));
    }

    #[test]
    fn windows_masks_and_tables() {
        let hann: Vec<f64> = (0_u64..64).map(|at| 0.5 - 0.5 * (TAU * number(at) / 64.0).cos()).collect();
        assert_eq!(window(stored(&hann)), Some(("Hann", Vec::new())));
        let mut wrong = hann;
        wrong[10] = 0.0;
        assert_eq!(window(stored(&wrong)).map(|(name, found)| (name, found.len())), Some(("Hann", 1)));
        let mask: Vec<f64> = (0..64).map(|at| if at % 8 <= at / 8 { 0.0 } else { f64::NEG_INFINITY }).collect();
        assert_eq!(causal_mask(stored(&mask), 8), Some(Vec::new()));
        let mut table: Vec<f64> = (0_u64..64 * 16)
            .map(|at| {
                let angle = number(at / 16) * 10_000_f64.powf(-number(at % 16 / 2) / 8.0);
                if at % 2 == 0 { angle.sin() } else { angle.cos() }
            })
            .collect();
        assert_eq!(sinusoids(stored(&table), 16), Some(Vec::new()));
        table[20 * 16 + 3] += 0.3;
        assert_eq!(sinusoids(stored(&table), 16).map(|found| found[0].index), Some(323));
    }
}
