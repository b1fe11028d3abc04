//! Runs several observers in one pass.

use std::fmt;
use std::ops::ControlFlow;

use fanin_core::network::{Event, Observer, Stage};

/// Forwards one pass to several observers.
///
/// - It wants a stage if any member does, and forwards a stage only to the members that want it.
/// - A member that breaks receives no further events. The pass continues for the others and ends when the last one
///   breaks.
///
/// ```
/// use fanin_core::network::{Network, NetworkError};
/// use fanin_diagnostics::{Composite, FirstNonFinite, Saturation};
///
/// fn saturated<N: Network>(network: &N, batch: &N::Batch) -> Result<Option<f64>, NetworkError> {
///     let (mut non_finite, mut saturation) = (FirstNonFinite::default(), Saturation::of(network.layers()));
///     network.forward(batch, &mut Composite::new().with(&mut non_finite).with(&mut saturation))?;
///     let share = saturation.overall().filter(|_| non_finite.found().is_none());
///     Ok(share.and_then(|share| share.fraction()))
/// }
/// ```
#[derive(Default)]
pub struct Composite<'a> {
    active: Vec<&'a mut dyn Observer>,
}

impl<'a> Composite<'a> {
    /// Creates a composite without observers: it wants no stage and breaks at the first event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an observer. Observers receive each event in the order in which they were added.
    #[must_use]
    pub fn with(mut self, observer: &'a mut dyn Observer) -> Self {
        self.active.push(observer);
        self
    }
}

impl Observer for Composite<'_> {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        let stage = event.stage();
        self.active.retain_mut(|member| !member.wants(stage) || member.observe(event).is_continue());
        if self.active.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn wants(&self, stage: Stage) -> bool {
        self.active.iter().any(|member| member.wants(stage))
    }
}

impl fmt::Debug for Composite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composite").field("active", &self.active.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::{network::Signal, param::Slice};

    use super::*;

    /// Wants one stage and breaks at its `last` event.
    struct Counts {
        stage: Stage,
        seen: usize,
        last: usize,
    }

    impl Observer for Counts {
        fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
            assert_eq!(event.stage(), self.stage, "received an event of a stage it does not want");
            self.seen += 1;
            if self.seen == self.last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }

        fn wants(&self, stage: Stage) -> bool {
            stage == self.stage
        }
    }

    #[test]
    fn members_see_what_they_want_until_they_break() {
        let signal = Signal { layer: 0, values: Slice::F32(&[1.0]), samples: 1, neurons: 1 };
        let (before, after) = (Event::PreActivation(signal), Event::Activation(signal));
        let mut first = Counts { stage: Stage::PreActivation, seen: 0, last: 1 };
        let mut second = Counts { stage: Stage::Activation, seen: 0, last: 2 };
        let mut both = Composite::new().with(&mut first).with(&mut second);
        assert!(both.wants(Stage::PreActivation) && both.wants(Stage::Activation));
        assert!(!both.wants(Stage::ParameterGradient));

        assert!(both.observe(before).is_continue());
        assert!(!both.wants(Stage::PreActivation), "its only observer has broken");
        assert!(both.observe(before).is_continue());
        assert!(both.observe(after).is_continue());
        assert!(both.observe(after).is_break(), "the last one has broken");
        assert_eq!((first.seen, second.seen), (1, 2));
    }

    #[test]
    fn nobody_wants_nothing() {
        assert!(!Composite::new().wants(Stage::Activation));
    }
}
