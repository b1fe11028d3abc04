//! What the audit is told of a checkpoint, and what it must then find.

use super::further::Further;
use super::mutation::Mutation;

/// What a checkpoint is and what is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    /// Trained, as packages carry it.
    Trained,
    /// A fresh one of the same names and shapes, whose recipe is not declared.
    Fresh,
    /// A fresh one with its recipe.
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

    /// The faults that are faults here. A fresh layer that is filled anew is as fresh as before.
    pub(crate) fn faults(self) -> impl Iterator<Item = Mutation> {
        Mutation::all().filter(move |mutation| match mutation {
            // A declared recipe changes nothing in these rules.
            Mutation::Further(fault) => match self {
                Self::Trained => true,
                Self::Fresh => *fault != Further::StatisticsReset,
                Self::Declared => false,
            },
            Mutation::Reinitialized => self == Self::Trained,
            _ => true,
        })
    }

    /// The rules of which one must find the fault. Which axis the neurons lie on is known where a recipe says so; elsewhere equal
    /// neurons may look like equal inputs.
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
