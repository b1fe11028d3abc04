//! What observers are shown: arrays as they lie in memory, never copied.

use std::ops::ControlFlow;

use fanin_core::{
    network::{Event, Observer, Signal},
    param::{Lend, Slice},
};
use ndarray::{Array, Array2, Dimension};

/// Shows an event to an observer that wants such events.
pub(crate) fn show(observer: &mut dyn Observer, event: Event<'_>) -> ControlFlow<()> {
    if observer.wants(event.stage()) { observer.observe(event) } else { ControlFlow::Continue(()) }
}

/// The values of one layer for a whole batch.
pub(crate) fn signal<T: Lend>(layer: usize, values: &Array2<T>) -> Signal<'_> {
    let (samples, neurons) = values.dim();
    Signal { layer, values: slice(values), samples, neurons }
}

/// The values of an array. Every array of a pass is row-major, so there is always a slice to lend.
pub(crate) fn slice<T: Lend, D: Dimension>(values: &Array<T, D>) -> Slice<'_> {
    T::lend(values.as_slice().unwrap_or_default())
}
