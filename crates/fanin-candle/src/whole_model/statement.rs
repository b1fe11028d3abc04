//! What is stated of parameters by the patterns of their names: layouts, groups, roles.

use fanin_core::plan::{Pattern, PatternError};
use fanin_core::{Layout, ParamSpec, Role};

/// The last parts of the names under which `candle_nn::batch_norm` keeps what no optimizer moves, and what each starts at.
const STATISTICS: [(&str, f64); 2] = [("running_mean", 0.0), ("running_var", 1.0)];

/// Statements about parameters, in the order in which they were made; of each kind the first that matches a name holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Statements(Vec<(Pattern, Statement)>);

#[derive(Clone, Copy, Debug)]
pub(super) enum Statement {
    Layout(Layout),
    Groups(usize),
    Role(Role),
}

impl Statements {
    pub(super) fn add(&mut self, pattern: &str, statement: Statement) -> Result<(), PatternError> {
        self.0.push((Pattern::new(pattern)?, statement));
        Ok(())
    }

    /// The parameter with all that is stated of it.
    pub(super) fn apply(&self, param: ParamSpec) -> ParamSpec {
        let name = param.name().to_owned();
        let of_name = || self.0.iter().filter(|(pattern, _)| pattern.matches(&name)).map(|(_, statement)| *statement);
        let layout = of_name().find_map(|statement| match statement {
            Statement::Layout(layout) => Some(layout),
            _ => None,
        });
        let groups = of_name().find_map(|statement| match statement {
            Statement::Groups(groups) => Some(groups),
            _ => None,
        });
        let role = of_name().find_map(|statement| match statement {
            Statement::Role(role) => Some(role),
            _ => None,
        });
        let param = match (layout, groups) {
            (Some(layout), groups) => param.with_layout(layout).with_groups(groups.unwrap_or(1)),
            (None, _) => param,
        };
        match role.or(statistic(&name).map(|_| Role::Buffer)) {
            Some(role) => param.with_role(role),
            None => param,
        }
    }
}

/// Where a running statistic starts; `None` if the name is not that of one.
pub(super) fn statistic(name: &str) -> Option<f64> {
    let last = name.rsplit('.').next()?;
    STATISTICS.iter().find(|(statistic, _)| *statistic == last).map(|(_, start)| *start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_statement_of_each_kind_holds() {
        let mut statements = Statements::default();
        for (pattern, statement) in [
            ("*.up.weight", Statement::Layout(Layout::Transposed)),
            ("*", Statement::Layout(Layout::OutIn)),
            ("*dw*", Statement::Groups(8)),
            ("*.mask", Statement::Role(Role::Buffer)),
        ] {
            statements.add(pattern, statement).unwrap();
        }
        let of = |name: &str, shape: &[usize]| statements.apply(ParamSpec::new(name, shape).unwrap());
        assert_eq!(of("a.up.weight", &[8, 4, 3, 3]).layout(), Some(Layout::Transposed));
        assert_eq!(of("a.dw.weight", &[8, 1, 3, 3]).fans().unwrap().fan_out, 9);
        assert_eq!(of("a.mask", &[8]).role(), Role::Buffer);
        assert_eq!(of("a.running_var", &[8]).role(), Role::Buffer);
        assert_eq!(of("a.weight", &[8, 4]).role(), Role::Weight);
        assert!(statements.add("[", Statement::Groups(1)).is_err());
    }
}
