//! Laws about observers: they receive every event in order until they break, and observing changes nothing.

use fanin_core::network::{FromMlpSpec, Stage, Trainable, Unobserved};

use super::BackendCase;
use super::recorder::{Place, Recorder, forward_events, training_events};
use super::subject::{Subject, finished, values_of};
use crate::violation::{Verdict, hold, same_bits};

const STAGES: [Stage; 5] = [
    Stage::PreActivation,
    Stage::Activation,
    Stage::ActivationGradient,
    Stage::PreActivationGradient,
    Stage::ParameterGradient,
];

/// Events come in the order of the contract, and an observer receives only the stages that it wants.
pub(super) fn events<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let subject = Subject::<N>::started(case)?;
    let (forward, training) = (forward_events(&case.spec), training_events(&case.spec));
    let in_order = |what: &str, seen: Vec<Place>, wanted: Vec<Place>| {
        let at = seen.iter().zip(&wanted).position(|(seen, wanted)| seen != wanted);
        let at = at.unwrap_or(seen.len().min(wanted.len()));
        hold(seen == wanted, || format!("{what}: event {at} is {:?}, not {:?}", seen.get(at), wanted.get(at)))
    };
    let observers = STAGES.map(|stage| (Some(stage), Recorder::of(stage))).into_iter();
    for (only, mut recorder) in observers.chain([(None, Recorder::default())]) {
        let wanted =
            |all: &[Place]| all.iter().filter(|place| only.is_none_or(|only| only == place.stage)).cloned().collect();
        let what = only.map_or_else(|| "every stage".to_owned(), |only| format!("only {only:?}"));
        finished(subject.network.forward(&subject.batch, &mut recorder))?;
        in_order(&format!("forward, {what}"), recorder.places(), wanted(&forward))?;
        recorder.events.clear();
        finished(subject.network.gradients(&subject.batch, &mut recorder))?;
        in_order(&format!("gradients, {what}"), recorder.places(), wanted(&training))?;
    }
    Ok(())
}

/// `Break` at any event ends the pass there: it returns `None` without an error, no event follows, and no parameter
/// changes.
pub(super) fn breaks<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let subject = Subject::<N>::started(case)?;
    let before = values_of(&subject.network)?.concat();
    for event in 0..forward_events(&case.spec).len() {
        let mut recorder = Recorder::until(event);
        let ended = subject.network.forward(&subject.batch, &mut recorder)?.is_none();
        let shown = recorder.events.len();
        hold(ended, || format!("forward: Break at event {event} returned outputs instead of None"))?;
        hold(shown == event + 1, || {
            format!("forward: the observer received {shown} events despite Break at event {event}")
        })?;
    }
    for event in 0..training_events(&case.spec).len() {
        let mut recorder = Recorder::until(event);
        let ended = subject.network.gradients(&subject.batch, &mut recorder)?.is_none();
        let shown = recorder.events.len();
        hold(ended, || format!("gradients: Break at event {event} returned a loss instead of None"))?;
        hold(shown == event + 1, || {
            format!("gradients: the observer received {shown} events despite Break at event {event}")
        })?;
    }
    same_bits("the parameters after Break", &values_of(&subject.network)?.concat(), &before)
}

/// Observing changes no bit of the outputs, the loss, the gradients, the parameters or the next step.
pub(super) fn observing<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let mut watched = Subject::<N>::started(case)?;
    let mut alone = Subject::<N>::started(case)?;
    let before = values_of(&watched.network)?.concat();
    let quiet = finished(watched.network.forward(&watched.batch, &mut Unobserved))?;
    let seen = finished(watched.network.forward(&watched.batch, &mut Recorder::default()))?;
    same_bits("outputs, observed", &seen.values, &quiet.values)?;

    let (mut all, mut some) = (Recorder::default(), Recorder::of(Stage::ParameterGradient));
    let quiet = finished(watched.network.gradients(&watched.batch, &mut Unobserved))?;
    let seen = finished(watched.network.gradients(&watched.batch, &mut all))?;
    finished(watched.network.gradients(&watched.batch, &mut some))?;
    same_bits("loss, observed", &[seen], &[quiet])?;
    for ((name, all), (_, some)) in all.gradients().zip(some.gradients()) {
        same_bits(&format!("gradient of {name}, all stages observed"), all, some)?;
    }
    same_bits("the parameters after gradients", &values_of(&watched.network)?.concat(), &before)?;

    for subject in [&mut watched, &mut alone] {
        let mut optimizer = subject.network.optimizer(&fanin_core::network::OptimizerSpec::momentum(0.1, 0.9))?;
        subject.network.step(&subject.batch, &mut optimizer)?;
    }
    let (watched, alone) = (values_of(&watched.network)?.concat(), values_of(&alone.network)?.concat());
    same_bits("the parameters after a step after an observed pass", &watched, &alone)
}
