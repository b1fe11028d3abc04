//! The structure of an impostor: it states what an honest initializer states, but fills differently.

/// Defines an impostor with the checks and statements of an honest initializer and its own `fill`. `claims checked`
/// takes an initializer whose constructor returns a `Result`.
macro_rules! impostor {
    ($(#[$doc:meta])* $name:ident claims checked $honest:expr; $fill:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl Initializer for $name {
            fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
                Initializer::check(self, param)?;
                let fill: fn(&ParamSpec, Key<'_>, ParamViewMut<'_>) -> Result<(), InitError> = $fill;
                fill(param, key, out)
            }
            fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
                Initializer::check(&$honest?, param)
            }
            fn distribution(&self, param: &ParamSpec) -> Distribution {
                $honest.map_or(Distribution::Unstated, |honest| Initializer::distribution(&honest, param))
            }
        }
    };
    ($(#[$doc:meta])* $name:ident claims $honest:expr; $fill:expr) => {
        impostor! { $(#[$doc])* $name claims checked Ok::<_, InitError>($honest); $fill }
    };
}

pub(super) use impostor;
