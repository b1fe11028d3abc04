//! Losses and their gradients with respect to the outputs, each in its numerically stable textbook form.

use fanin_core::network::Loss;

use super::conduct::{Conduct, Fault};
use super::perceptron::Wanted;
use crate::statistics::number;

/// Returns the mean loss and its gradient with respect to every output.
pub(super) fn loss<C: Conduct>(loss: Loss, outputs: &[f64], columns: usize, wanted: &Wanted) -> (f64, Vec<f64>) {
    let samples = number(outputs.len().checked_div(columns).unwrap_or(0));
    let (mut total, mut gradient) = (0.0, Vec::with_capacity(outputs.len()));
    match wanted {
        Wanted::Classes(classes) if loss == Loss::SoftmaxCrossEntropy => {
            for (logits, class) in outputs.chunks_exact(columns.max(1)).zip(classes) {
                let (value, slopes) = softmax::<C>(logits, *class);
                total += value;
                gradient.extend(slopes);
            }
        }
        Wanted::Classes(classes) => {
            for (z, class) in outputs.iter().zip(classes) {
                let (value, slope) = single::<C>(loss, *z, if *class == 0 { 0.0 } else { 1.0 });
                total += value;
                gradient.push(slope);
            }
        }
        Wanted::Values(values) => {
            for (z, y) in outputs.iter().zip(values) {
                let (value, slope) = single::<C>(loss, *z, *y);
                total += value / number(columns);
                gradient.push(slope / number(columns));
            }
        }
    }
    if !C::has(Fault::SummedGradients) {
        for slope in &mut gradient {
            *slope /= samples;
        }
    }
    (if C::has(Fault::SummedLoss) { total } else { total / samples }, gradient)
}

/// Computes `ln(sum exp(z_j - m)) - (z_y - m)` with `m` the greatest logit, and its gradient `softmax - [j = y]`.
fn softmax<C: Conduct>(logits: &[f64], class: usize) -> (f64, Vec<f64>) {
    let naive = C::has(Fault::NaiveLoss);
    let greatest = if naive { 0.0 } else { logits.iter().copied().fold(f64::NEG_INFINITY, f64::max) };
    let total: f64 = logits.iter().map(|z| (z - greatest).exp()).sum();
    let share = |z: &f64| (z - greatest).exp() / total;
    let right = logits.get(class).copied().unwrap_or(f64::NAN);
    let value = if naive { -share(&right).ln() } else { total.ln() - (right - greatest) };
    let slope = |(j, z)| share(z) - if j == class { 1.0 } else { 0.0 };
    (value, logits.iter().enumerate().map(slope).collect())
}

/// Computes sigmoid cross-entropy, `max(z, 0) - z y + ln(1 + exp(-|z|))`, or squared error, with its gradient.
fn single<C: Conduct>(loss: Loss, z: f64, y: f64) -> (f64, f64) {
    if loss == Loss::MeanSquaredError {
        return ((z - y) * (z - y), 2.0 * (z - y));
    }
    let sigmoid = 1.0 / (1.0 + (-z).exp());
    let value = if C::has(Fault::NaiveLoss) {
        -(y * sigmoid.ln() + (1.0 - y) * (1.0 - sigmoid).ln())
    } else {
        z.max(0.0) - z * y + (-z.abs()).exp().ln_1p()
    };
    (value, sigmoid - y)
}
