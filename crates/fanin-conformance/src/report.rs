//! A report on an initializer or a backend: which laws hold, which do not, and what was not tested.

use std::fmt;

use fanin_core::Initializer;
use fanin_core::network::{FromMlpSpec, Trainable};

use crate::initializer::subject;
use crate::{BackendLaw, BackendSuite, InitializerCase, InitializerLaw, SuiteError, Violation};

/// The outcome of every law. Prints one line per law, then the violations.
#[derive(Clone, Debug)]
pub struct ConformanceReport {
    subject: String,
    cases: usize,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    law: &'static str,
    violations: Vec<Violation>,
    /// One reason per case in which the law tests nothing.
    skipped: Vec<String>,
}

impl ConformanceReport {
    /// Checks every law for an initializer in every case.
    ///
    /// ```
    /// use fanin_conformance::{ConformanceReport, InitializerCase};
    /// use fanin_core::{InitError, Initializer, Key, ParamSpec, ParamViewMut};
    ///
    /// /// States no distribution.
    /// #[derive(Debug)]
    /// struct Small;
    ///
    /// impl Initializer for Small {
    ///     fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
    ///         out.fill_normal(key, 0.0, 0.01)
    ///     }
    /// }
    ///
    /// let report = ConformanceReport::of_initializer(&Small, &InitializerCase::standard()?);
    /// assert!(report.is_conforming(), "{report}");
    /// assert!(report.to_string().contains("\nstd: not tested: no moments are stated\n"), "{report}");
    /// # Ok::<(), fanin_core::param::ShapeError>(())
    /// ```
    #[must_use]
    pub fn of_initializer(initializer: &dyn Initializer, cases: &[InitializerCase]) -> Self {
        let row = |law: InitializerLaw| Row {
            law: law.name(),
            violations: law.check_all(initializer, cases),
            skipped: cases.iter().filter_map(|case| law.not_tested(initializer, case).map(str::to_owned)).collect(),
        };
        let rows = InitializerLaw::ALL.into_iter().map(row).collect();
        Self { subject: subject(initializer), cases: cases.len(), rows }
    }

    /// Checks every law for a backend in every case of `laws/backends.toml`.
    ///
    /// # Errors
    /// [`SuiteError`] if the embedded cases cannot be read, which does not happen in practice.
    pub fn of_backend<N: Trainable + FromMlpSpec>() -> Result<Self, SuiteError> {
        let suite = BackendSuite::embedded()?;
        let cases = suite.cases();
        let row = |law: BackendLaw| Row {
            law: law.name(),
            violations: law.check_all::<N>(cases),
            skipped: cases.iter().filter_map(|case| law.not_applicable::<N>(case)).collect(),
        };
        let rows = BackendLaw::ALL.into_iter().map(row).collect();
        Ok(Self { subject: std::any::type_name::<N>().to_owned(), cases: cases.len(), rows })
    }

    /// Returns whether no law is violated.
    #[must_use]
    pub fn is_conforming(&self) -> bool {
        self.rows.iter().all(|row| row.violations.is_empty())
    }

    /// Returns all violations.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.rows.iter().flat_map(|row| &row.violations)
    }

    /// Returns the names of the laws that tested nothing in any case.
    pub fn untested(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().filter(|row| row.skipped.len() == self.cases).map(|row| row.law)
    }
}

impl fmt::Display for ConformanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.subject)?;
        for row in &self.rows {
            let mut reasons = row.skipped.clone();
            reasons.sort_unstable();
            reasons.dedup();
            let (reasons, skipped) = (reasons.join("; "), row.skipped.len());
            let tested = self.cases - skipped;
            match (row.violations.len(), skipped) {
                (0, 0) => writeln!(f, "{}: holds in {tested} cases", row.law)?,
                (0, _) if tested == 0 => writeln!(f, "{}: not tested: {reasons}", row.law)?,
                (0, _) => writeln!(f, "{}: holds in {tested} cases; not tested in {skipped}: {reasons}", row.law)?,
                (violations, _) => writeln!(f, "{}: violated in {violations} cases", row.law)?,
            }
        }
        self.violations().try_for_each(|violation| writeln!(f, "{violation}"))
    }
}
