//! Filling all parameters at once gives the same bits as one by one, on both backends and any number of threads.

use fanin_core::initializers::{TruncatedNormal, Uniform, glorot_normal, he_normal};
use fanin_core::{
    Activation, InitError, Initializer, Key, Plan, Seed,
    network::{FromMlpSpec, Loss, MlpSpec, Trainable},
};
use fanin_core::{ParamSpec, ParamViewMut};

use crate::network::parameters::bits;

const SEED: Seed = Seed(5);

/// One weight that is large enough to be split, and forty small layers.
fn spec() -> MlpSpec {
    let widths: Vec<usize> = [400, 600].into_iter().chain([64; 40]).chain([3]).collect();
    MlpSpec::new(widths, Activation::Tanh, Loss::MeanSquaredError).unwrap()
}

fn rules() -> [(&'static str, Box<dyn Initializer>); 4] {
    [
        ("*.bias", Box::new(Uniform::new(-0.5, 0.5).unwrap())),
        ("layers.?.weight", Box::new(he_normal())),
        ("layers.1*.weight", Box::new(TruncatedNormal::new(0.0, 0.2, -2.0, 2.0).unwrap())),
        ("*", Box::new(glorot_normal())),
    ]
}

fn law_of(param: &ParamSpec) -> Box<dyn Initializer> {
    let rule = match param.name() {
        name if name.ends_with("bias") => 0,
        name if name.len() == "layers.?.weight".len() => 1,
        name if name.starts_with("layers.1") => 2,
        _ => 3,
    };
    rules().into_iter().nth(rule).unwrap().1
}

fn on<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn all_at_once_is_one_by_one<N: Trainable + FromMlpSpec + Send>() {
    let mut one_by_one = N::from_spec(&spec()).unwrap();
    for param in spec().params().iter().rev() {
        let fill = &mut |param: &ParamSpec, out: ParamViewMut<'_>| {
            law_of(param).fill(param, Key::new(SEED, param.name()), out)
        };
        one_by_one.write(param.name(), fill).unwrap();
    }
    let wanted = bits(&one_by_one);
    assert!(wanted.iter().all(|bits| *bits != 0));
    let plan = rules().into_iter().fold(Plan::new(), |plan, (pattern, law)| plan.rule(pattern, law));
    for threads in [1, 2, 3, 7] {
        let mut network = N::from_spec(&spec()).unwrap();
        on(threads, || plan.apply(&mut network, SEED)).unwrap();
        assert!(bits(&network) == wanted, "{threads} threads");
    }
}

#[test]
fn all_at_once_is_one_by_one_on_both_backends() {
    all_at_once_is_one_by_one::<fanin_candle::Mlp<f32>>();
    all_at_once_is_one_by_one::<fanin_candle::Mlp<f64>>();
    all_at_once_is_one_by_one::<fanin_ndarray::Mlp<f32>>();
    all_at_once_is_one_by_one::<fanin_ndarray::Mlp<f64>>();
}

fn the_first_error_is_reported<N: Trainable + FromMlpSpec + Send>() {
    let refuse = |place: usize, param: &ParamSpec, _: ParamViewMut<'_>| match place {
        11 | 30 | 70 => Err(InitError::Custom { name: param.name().to_owned(), reason: "no".to_owned() }),
        _ => Ok(()),
    };
    for threads in [1, 2, 3, 7] {
        let mut network = N::from_spec(&spec()).unwrap();
        let error = on(threads, || network.fill_all(&refuse)).unwrap_err();
        assert_eq!(error.to_string(), "parameter 'layers.5.bias': no", "{threads} threads");
    }
}

#[test]
fn the_first_error_is_reported_on_both_backends() {
    the_first_error_is_reported::<fanin_candle::Mlp<f32>>();
    the_first_error_is_reported::<fanin_ndarray::Mlp<f32>>();
}
