//! Macros that generate one test per law.

/// Generates a module with one test per law for an initializer.
///
/// `initializer_laws!(name, expression)` checks what the initializer states, on
/// [`InitializerCase::standard`](crate::InitializerCase::standard). An optional third argument, an expression of type
/// `Vec<InitializerCase>`, sets other cases. A test prints the cases in which its law tests nothing, which
/// `cargo test -- --show-output` shows. The expressions see everything in scope at the call site.
///
/// ```
/// # mod doc {
/// use fanin_core::initializers::he_normal;
///
/// fanin_conformance::initializer_laws!(he, he_normal());
/// # }
/// ```
#[macro_export]
macro_rules! initializer_laws {
    ($name:ident, $initializer:expr) => {
        $crate::initializer_laws!($name, $initializer, $crate::InitializerCase::standard().expect("small shapes"));
    };
    ($name:ident, $initializer:expr, $cases:expr) => {
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "the expressions may be absolute paths")]
            use super::*;

            $crate::__initializer_law_tests! {
                ($initializer, $cases)
                address Address, finite Finite, coverage Coverage, memory Memory, windows Windows, blocks Blocks,
                refusal Refusal, wrappers Wrappers,
                keys Keys, dtypes Dtypes, text Text, statement Statement, mean Mean, std Std, bounds Bounds,
                distribution Distribution, tails Tails, independence Independence, values Values, parts Parts,
                sparsity Sparsity, orthonormal Orthonormal, haar Haar,
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __initializer_law_tests {
    ($subject:tt $($test:ident $law:ident,)*) => {
        // Fails to compile if a law has no test.
        const _: () = assert!([$($crate::InitializerLaw::$law),*].len() == $crate::InitializerLaw::ALL.len());
        $($crate::__initializer_law_tests! { @one $subject $test $law })*
    };
    (@one ($initializer:expr, $cases:expr) $test:ident $law:ident) => {
        #[test]
        fn $test() {
            let (initializer, cases) = (&$initializer, &$cases);
            let violations = $crate::InitializerLaw::$law.check_all(initializer, cases);
            for case in cases {
                if let Some(reason) = $crate::InitializerLaw::$law.not_tested(initializer, case) {
                    println!("not tested in case '{}': {reason}", case.name());
                }
            }
            assert!(violations.is_empty(), "{}", $crate::report(&violations));
        }
    };
}

/// Generates a module with one test per law for a backend: a type that implements
/// [`Trainable`](fanin_core::network::Trainable) and [`FromMlpSpec`](fanin_core::network::FromMlpSpec), in every case
/// of `laws/backends.toml`.
///
/// An optional third argument, an expression of type [`BackendSuite`](crate::BackendSuite), sets other cases.
///
/// ```
/// # mod doc {
/// use fanin_conformance::reference::Perceptron;
///
/// fanin_conformance::backend_laws!(reference, Perceptron);
/// # }
/// ```
#[macro_export]
macro_rules! backend_laws {
    ($name:ident, $backend:ty) => {
        $crate::backend_laws!($name, $backend, $crate::BackendSuite::embedded().expect("the embedded cases"));
    };
    ($name:ident, $backend:ty, $suite:expr) => {
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "the type may be an absolute path")]
            use super::*;

            $crate::__backend_law_tests! {
                ($backend, $suite)
                capabilities Capabilities, specs Specs, fresh Fresh, memory Memory, names Names, fill_errors FillErrors, write_all WriteAll,
                start Start, forward Forward, loss Loss, gradients Gradients, signals Signals, kinks Kinks,
                extreme_logits ExtremeLogits, events Events, breaks Break, observing Observing, sgd Sgd,
                momentum Momentum, adam Adam, loss_before_step LossBeforeStep, symmetry Symmetry, blocks Blocks,
                running_statistics RunningStatistics, modes Modes, one_sample OneSample, samples Samples,
                optimizers Optimizers,
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __backend_law_tests {
    ($subject:tt $($test:ident $law:ident,)*) => {
        // Fails to compile if a law has no test.
        const _: () = assert!([$($crate::BackendLaw::$law),*].len() == $crate::BackendLaw::ALL.len());
        $($crate::__backend_law_tests! { @one $subject $test $law })*
    };
    (@one ($backend:ty, $suite:expr) $test:ident $law:ident) => {
        #[test]
        fn $test() {
            let suite = $suite;
            let violations = $crate::BackendLaw::$law.check_all::<$backend>(suite.cases());
            for case in suite.cases() {
                if let Some(reason) = $crate::BackendLaw::$law.not_applicable::<$backend>(case) {
                    println!("not applicable in case '{}': {reason}", case.name());
                }
            }
            assert!(violations.is_empty(), "{}", $crate::report(&violations));
        }
    };
}
