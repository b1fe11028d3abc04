//! Layouts, groups and roles: by name pattern, and for candle's own layers.

use candle_nn::Init;
use fanin_core::resolve::{Pattern, PatternError};
use fanin_core::{Layout, ParamSpec, Role};

use super::Request;

/// The last name component of each buffer of `candle_nn::batch_norm`, with its initial value.
const STATISTICS: [(&str, f64); 2] = [("running_mean", 0.0), ("running_var", 1.0)];

/// Settings of parameters, in order; the first matching one of each kind applies.
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
        match role.or(statistic(&name).map(|_| Role::Buffer)) {
            Some(role) => param.with_role(role),
            None => param,
        }
    }

    /// Returns the parameter with the layout of candle's own layers, if it belongs to one and has no explicit layout or
    /// fans.
    pub(super) fn with_candles_layout(&self, param: &ParamSpec, request: &Request) -> Option<ParamSpec> {
        if param.layout().is_some() || param.fans().is_ok() {
            return None;
        }
        let layout = candles_layout(request)?;
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

/// Returns the layout of candle's linear layers, convolutions and recurrent cells; `None` for other parameters.
fn candles_layout(request: &Request) -> Option<Layout> {
    let (last, rank) = (request.name.rsplit('.').next()?, request.shape.rank());
    let is_weight = last == "weight" || last.starts_with("weight_ih_") || last.starts_with("weight_hh_");
    // Convolutions hint a normal distribution, transposed ones a uniform one.
    let is_transposed = rank > 2 && matches!(request.hint, Some(Init::Uniform { .. }));
    (is_weight && rank >= 2 && !is_transposed).then_some(Layout::OutIn)
}

/// Returns the initial value of a running statistic; `None` for other names.
pub(super) fn statistic(name: &str) -> Option<f64> {
    let last = name.rsplit('.').next()?;
    STATISTICS.iter().find(|(statistic, _)| *statistic == last).map(|(_, start)| *start)
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Shape};
    use candle_nn::init::DEFAULT_KAIMING_NORMAL;

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

    #[test]
    fn candles_own_layers_have_outputs_first() {
        let mut statements = Statements::default();
        statements.add("*dw*", Statement::Groups(8)).unwrap();
        let of = |name: &str, shape: &[usize], hint: Option<Init>| {
            let request = Request { name: name.to_owned(), shape: Shape::from(shape), dtype: DType::F32, hint };
            let param = request.param().unwrap();
            statements.with_candles_layout(&param, &request).map(|param| (param.layout(), param.groups()))
        };
        let uniform = Some(Init::Uniform { lo: -1.0, up: 1.0 });
        let out_in = |groups| Some((Some(Layout::OutIn), groups));
        assert_eq!(of("fc.weight", &[3, 2], None), out_in(1));
        assert_eq!(of("fc.weight", &[3, 2], uniform), out_in(1));
        assert_eq!(of("dw.weight", &[8, 1, 3, 3], Some(DEFAULT_KAIMING_NORMAL)), out_in(8));
        assert_eq!(of("lstm.weight_ih_l0_reverse", &[8, 4], None), out_in(1));
        // A transposed convolution, a gain, a table.
        assert_eq!(of("up.weight", &[8, 4, 3, 3], uniform), None);
        assert_eq!(of("norm.weight", &[8], None), None);
        assert_eq!(of("pos_embed", &[1, 8, 4], None), None);
    }
}
