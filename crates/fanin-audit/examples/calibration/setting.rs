//! The options of an audit, and the rules that must find each fault under them.

use super::further::Further;
use super::mutation::Mutation;

/// The kind of checkpoint, and what the audit is told about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    /// Trained, as shipped in packages.
    Trained,
    /// Fresh, with the same names and shapes; its recipe is not declared.
    Fresh,
    /// Fresh, with its recipe declared.
    Declared,
}

impl Setting {
    pub(crate) const ALL: [Self; 3] = [Self::Trained, Self::Fresh, Self::Declared];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Trained => "trained",
            Self::Fresh => "fresh",
            Self::Declared => "fresh, `--recipe`",
        }
    }

    /// The faults that count as faults here. Refilling a fresh layer leaves it fresh.
    pub(crate) fn faults(self) -> impl Iterator<Item = Mutation> {
        Mutation::all().filter(move |mutation| match mutation {
            // A declared recipe does not affect these rules.
            Mutation::Further(fault) => match self {
                Self::Trained => true,
                Self::Fresh => *fault != Further::StatisticsReset,
                Self::Declared => false,
            },
            Mutation::Reinitialized => self == Self::Trained,
            _ => true,
        })
    }

    /// The rules of which at least one must find the fault. Only a recipe determines the axis of the neurons; without
    /// one, equal neurons may look like equal inputs.
    pub(crate) fn rules(self, mutation: Mutation) -> &'static [&'static str] {
        match (mutation, self) {
            (Mutation::Further(fault), _) => fault.rules(),
            (Mutation::NotANumber, _) => &["non-finite"],
            (Mutation::Zeroed, _) => &["all-zero"],
            (Mutation::RowCopied, _) => &["equal-neurons", "equal-inputs"],
            (Mutation::Reinitialized, _) => &["untrained"],
            (Mutation::TimesRootSix | Mutation::FansSwapped, Self::Declared) => &["not-the-recipe", "swapped-fans"],
            (Mutation::TimesRootSix | Mutation::FansSwapped, Self::Fresh) => &["scale", "swapped-fans"],
            (Mutation::TimesRootSix | Mutation::FansSwapped, Self::Trained) => &["scale", "swapped-fans", "multiplied"],
        }
    }
}
