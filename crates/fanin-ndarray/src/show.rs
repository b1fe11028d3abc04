//! Sends arrays to observers in place, without copies.

use std::ops::ControlFlow;

use fanin_core::{
    Element,
    network::{Event, Observer, Signal},
    param::Slice,
};
use ndarray::{Array, Array2, Dimension};

/// Sends an event to an observer that wants its stage.
pub(crate) fn show(observer: &mut dyn Observer, event: Event<'_>) -> ControlFlow<()> {
    if observer.wants(event.stage()) { observer.observe(event) } else { ControlFlow::Continue(()) }
}

/// Wraps the values of one layer for a whole batch.
pub(crate) fn signal<T: Element>(layer: usize, values: &Array2<T>) -> Signal<'_> {
    let (samples, neurons) = values.dim();
    Signal { layer, values: slice(values), samples, neurons }
}

/// Borrows the values of an array. Every array of a pass is row-major, so the slice always exists.
pub(crate) fn slice<T: Element, D: Dimension>(values: &Array<T, D>) -> Slice<'_> {
    T::lend(values.as_slice().unwrap_or_default())
}
