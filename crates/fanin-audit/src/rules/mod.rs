//! The rules, one file each.

mod absurd_magnitude;
mod all_constant;
mod all_zero;
mod buffer_values;
mod dead_adapter;
mod dead_columns;
mod dead_lines;
mod dead_rows;
mod duplicate_tensor;
mod empty_weights;
mod equal_inputs;
mod equal_neurons;
mod equality;
mod faulty_initialization;
mod multiplied;
mod near_twins;
mod non_finite;
mod norm_gain;
mod norm_statistics;
mod not_examined;
mod not_the_recipe;
mod packed_zeros;
mod parts;
mod product;
mod rank;
mod rule;
mod scale;
mod smooth;
mod swapped_fans;
mod training_state;
mod untrained;

pub(crate) use parts::merged_by_tensor;
pub use rule::AuditRule;

use crate::wording;

static RULES: &[&AuditRule] = &[
    &not_examined::RULE,
    &empty_weights::RULE,
    &non_finite::RULE,
    &absurd_magnitude::RULE,
    &all_zero::RULE,
    &all_constant::RULE,
    &equal_neurons::RULE,
    &equal_inputs::RULE,
    &near_twins::RULE,
    &dead_rows::RULE,
    &dead_columns::RULE,
    &dead_adapter::RULE,
    &faulty_initialization::RULE,
    &scale::RULE,
    &swapped_fans::RULE,
    &multiplied::RULE,
    &untrained::RULE,
    &not_the_recipe::RULE,
    &duplicate_tensor::RULE,
    &training_state::RULE,
    &norm_statistics::RULE,
    &norm_gain::RULE,
    &buffer_values::RULE,
    &rank::RULE,
];

/// Every rule, in the order in which they are listed.
#[must_use]
pub fn rules() -> &'static [&'static AuditRule] {
    RULES
}

/// Returns the rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static AuditRule> {
    rules().iter().find(|rule| rule.id == id).copied()
}

/// Whether a rule spares fixed filters, which are computed and legitimately equal, symmetric, sparse or of low rank.
pub(super) fn spares_filters(id: &str) -> bool {
    let strict = [
        non_finite::RULE.id,
        absurd_magnitude::RULE.id,
        all_zero::RULE.id,
        not_the_recipe::RULE.id,
        dead_adapter::RULE.id,
        training_state::RULE.id,
    ];
    !strict.contains(&id)
}

#[cfg(test)]
mod tests;
