//! What a plan gives to each parameter, in words.

use std::fmt;

use super::Pattern;
use crate::initializer::{Distribution, Initializer};
use crate::param::{ParamSpec, Role};

/// What one parameter gets.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Assignment {
    /// The parameter.
    pub parameter: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its role.
    pub role: Role,
    /// The index of the rule, from 0.
    pub rule: usize,
    /// The rule's pattern.
    pub pattern: String,
    /// The initializer, by its text form or, where it has none, its debug form.
    pub initializer: String,
    /// The distribution of its values.
    pub distribution: Distribution,
}

/// What every parameter gets. Prints as a table, one line a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    assignments: Vec<Assignment>,
}

impl Assignment {
    pub(super) fn new(param: &ParamSpec, rule: usize, pattern: &Pattern, initializer: &dyn Initializer) -> Self {
        Self {
            parameter: param.name().to_owned(),
            shape: param.shape().to_vec(),
            role: param.role(),
            rule,
            pattern: pattern.to_string(),
            initializer: initializer.text().unwrap_or_else(|| format!("{initializer:?}")),
            distribution: initializer.distribution(param),
        }
    }
}

impl Explanation {
    pub(super) fn new(assignments: impl Iterator<Item = Assignment>) -> Self {
        Self { assignments: assignments.collect() }
    }

    /// One a parameter, in the model's order.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 5]> = self.assignments.iter().map(row).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2), width(3)];
        for [aligned @ .., rule] in &rows {
            for (cell, width) in aligned.iter().zip(widths) {
                write!(f, "{cell:<width$}  ")?;
            }
            writeln!(f, "{rule}")?;
        }
        Ok(())
    }
}

fn row(assignment: &Assignment) -> [String; 5] {
    let distribution = match (assignment.distribution.mean(), assignment.distribution.std()) {
        (Some(mean), Some(std)) => format!("mean {mean:.4}, std {std:.4}"),
        _ => "distribution not stated".to_owned(),
    };
    [
        assignment.parameter.clone(),
        format!("{:?}", assignment.shape),
        assignment.initializer.clone(),
        distribution,
        format!("by rule {} '{}'", assignment.rule + 1, assignment.pattern),
    ]
}
