//! Layouts, groups, roles and orientations by name pattern.

use fanin_core::resolve::{Pattern, PatternError};
use fanin_core::{Layout, ParamSpec, Role};

use super::ModuleParam;

/// Settings of parameters, in order; the first matching one of each kind applies.
#[derive(Clone, Debug, Default)]
pub(super) struct Statements(Vec<(Pattern, Statement)>);

#[derive(Clone, Copy, Debug)]
pub(super) enum Statement {
    Layout(Layout),
    Groups(usize),
    Role(Role),
    Transposed,
}

impl Statements {
    pub(super) fn add(&mut self, pattern: &str, statement: Statement) -> Result<(), PatternError> {
        self.0.push((Pattern::new(pattern)?, statement));
        Ok(())
    }

    /// Returns the listed parameter with its stated orientation.
    pub(super) fn orient(&self, listed: ModuleParam) -> ModuleParam {
        let is_stated = |statement| matches!(statement, Statement::Transposed).then_some(());
        match self.first(&listed.name, is_stated) {
            // The layers that are known to be transposed stay so.
            Some(()) if listed.shape.len() == 2 && listed.layer.is_none() => listed.with_transposed(true),
            _ => listed,
        }
    }

    /// Returns the parameter with all matching settings applied.
    pub(super) fn apply(&self, param: ParamSpec) -> ParamSpec {
        let name = param.name().to_owned();
        let layout = self.first(&name, |statement| match statement {
            Statement::Layout(layout) => Some(layout),
            _ => None,
        });
        let role = self.first(&name, |statement| match statement {
            Statement::Role(role) => Some(role),
            _ => None,
        });
        let param = match layout {
            Some(layout) => param.with_layout(layout).with_groups(self.groups(&name)),
            None => param,
        };
        match role {
            Some(role) => param.with_role(role),
            None => param,
        }
    }

    /// Returns the parameter with the layout of burn's own layers, if it belongs to one and has no explicit layout or
    /// fans.
    pub(super) fn with_burns_layout(&self, param: &ParamSpec, listed: &ModuleParam) -> Option<ParamSpec> {
        if param.layout().is_some() || param.fans().is_ok() {
            return None;
        }
        let layout = listed.layout()?;
        Some(param.clone().with_layout(layout).with_groups(self.groups(param.name())))
    }

    fn groups(&self, name: &str) -> usize {
        let groups = self.first(name, |statement| match statement {
            Statement::Groups(groups) => Some(groups),
            _ => None,
        });
        groups.unwrap_or(1)
    }

    fn first<A>(&self, name: &str, of_kind: impl Fn(Statement) -> Option<A>) -> Option<A> {
        self.0.iter().filter(|(pattern, _)| pattern.matches(name)).find_map(|(_, statement)| of_kind(*statement))
    }
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
        assert_eq!(of("a.weight", &[8, 4]).role(), Role::Weight);
        assert!(statements.add("[", Statement::Groups(1)).is_err());
    }
}
