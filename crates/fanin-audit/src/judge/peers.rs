//! Peers: the weights of one role in the layers of a stack.

use std::collections::BTreeMap;

use super::numbers::Place;
use crate::{Model, Subject, TensorKind};

/// The weights of one role, in the order of their layers.
pub(crate) struct Stack<'m, 'a> {
    /// The name that they share, with `*` for the layer.
    pub(crate) name: String,
    pub(crate) members: Vec<Member<'m, 'a>>,
}

/// A weight and its place.
#[derive(Clone)]
pub(crate) struct Member<'m, 'a> {
    pub(crate) subject: &'m Subject<'a>,
    pub(crate) place: Place,
}

/// Groups the finite weights of a model by role. A weight whose name implies no role forms its own stack.
pub(crate) fn stacks<'m, 'a>(model: &'m Model<'a>) -> Vec<Stack<'m, 'a>> {
    let mut stacks: BTreeMap<String, Vec<Member<'m, 'a>>> = BTreeMap::new();
    for (subject, place) in model.of(TensorKind::Weight).zip(model.places()) {
        if subject.statistics.is_sound() {
            let place = place.clone();
            stacks.entry(place.stack.clone()).or_default().push(Member { subject, place });
        }
    }
    let stack = |(name, mut members): (String, Vec<Member<'m, 'a>>)| {
        members.sort_by(|a, b| a.place.depth.cmp(&b.place.depth));
        Stack { name, members }
    };
    stacks.into_iter().map(stack).collect()
}

impl<'m, 'a> Stack<'m, 'a> {
    /// The members by shape, each in the order of the layers.
    pub(crate) fn by_shape(&self) -> Vec<Vec<&'m Subject<'a>>> {
        let mut shapes: BTreeMap<&[usize], Vec<&'m Subject<'a>>> = BTreeMap::new();
        for Member { subject, .. } in &self.members {
            shapes.entry(subject.shape()).or_default().push(subject);
        }
        shapes.into_values().collect()
    }
}
