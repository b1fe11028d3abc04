//! Blueprints: the rules for a module's parameters, and their overrides.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use fanin_core::initializers::Constant;
use fanin_core::resolve::{Assignment, Draft, Origin, Pattern, PatternError, ResolveError, Rules};
use fanin_core::{InitError, Initializer, Layout, ParamSpec, Role};

use super::statement::{Statement, Statements};
use super::{ModuleError, ModuleParam, ModuleParams, Pretrained, memory};

/// The rules of a plan or a recipe for all parameters of a module, and their overrides.
///
/// Patterns match the names of addresses, as [`list`](crate::list) and reports print them: the path in the module, with
/// PyTorch's names for the parameters of norms.
///
/// **Layouts** determine fans: [`Blueprint::layout`] takes precedence, then the recipe's rules, then what is known of
/// burn's own layers: [`Layout::OutIn`] for linear layers and convolutions, recurrent gates and attention included, and
/// [`Layout::Transposed`] for transposed convolutions. A module does not tell the number of groups of a convolution: set
/// [`Blueprint::groups`] if an initializer uses `fan_out`. For modules of your own, set [`Blueprint::layout`]. If an
/// initializer needs a layout and none is known, the error names the parameter and this method.
///
/// **Running statistics** of `BatchNorm` are buffers. They start at 0 and 1 unless a rule names them.
///
/// **Precedence.** A parameter keeps the module's own values ([`Blueprint::keep`]), or is pretrained
/// ([`Blueprint::pretrained`]), or gets the values of its rule or of the default ([`Blueprint::otherwise`]). If none
/// applies, an error names it.
///
/// ```
/// use fanin_burn::Blueprint;
/// use fanin_core::initializers::{Ones, Zeros, he_normal};
/// use fanin_core::{Layout, Plan};
/// use fanin_recipes::Recipe;
///
/// let by_recipe = Blueprint::from(Recipe::named("gpt2")?.set("layers", 12.0)?);
/// let plan = Plan::new().rule("*norm.weight", Ones).rule("*.bias", Zeros).rule("*", he_normal());
/// let by_plan = Blueprint::from(plan).layout("mixer.kernel", Layout::InOut).frozen("embedding.*");
/// # Ok::<(), fanin_recipes::RecipeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Blueprint {
    rules: Arc<dyn Rules>,
    statements: Statements,
    pretrained: Vec<Pretrained>,
    kept: Vec<Pattern>,
    frozen: Vec<Pattern>,
    otherwise: Option<Arc<dyn Initializer>>,
    /// The error of the first pattern that cannot be parsed.
    unreadable: Option<PatternError>,
}

/// A plan, a recipe or another front end.
impl<R: Rules + 'static> From<R> for Blueprint {
    fn from(rules: R) -> Self {
        Self {
            rules: Arc::new(rules),
            statements: Statements::default(),
            pretrained: Vec::new(),
            kept: Vec::new(),
            frozen: Vec::new(),
            otherwise: None,
            unreadable: None,
        }
    }
}

impl Blueprint {
    /// Sets the layout of the addresses whose names match. The first matching setting applies, and takes precedence over
    /// the recipe's. See [`Pattern`] for the grammar. Invalid patterns, here and below, are reported when the blueprint
    /// is used.
    #[must_use]
    pub fn layout(self, pattern: &str, layout: Layout) -> Self {
        self.state(pattern, Statement::Layout(layout))
    }

    /// Sets the number of groups of matching parameters. Has an effect on those with a [`Blueprint::layout`] and on
    /// those of burn's own layers.
    #[must_use]
    pub fn groups(self, pattern: &str, groups: usize) -> Self {
        self.state(pattern, Statement::Groups(groups))
    }

    /// Sets the role of matching parameters.
    #[must_use]
    pub fn role(self, pattern: &str, role: Role) -> Self {
        self.state(pattern, Statement::Role(role))
    }

    /// States that matching matrices of modules of your own are stored as `[in, out]`, the transpose of their address,
    /// as burn's own `Linear` does. The same weights then have the same values as in PyTorch. Without this, an address
    /// has the shape of the module's tensor.
    #[must_use]
    pub fn transposed(self, pattern: &str) -> Self {
        self.state(pattern, Statement::Transposed)
    }

    fn state(mut self, pattern: &str, statement: Statement) -> Self {
        let stated = self.statements.add(pattern, statement);
        self.unreadable = self.unreadable.or(stated.err());
        self
    }

    /// Takes tensors from `pretrained` if it contains them. If several sources contain the same name, the first one is
    /// used.
    #[must_use]
    pub fn pretrained(mut self, pretrained: Pretrained) -> Self {
        self.unreadable = self.unreadable.or_else(|| pretrained.unreadable().cloned());
        self.pretrained.push(pretrained);
        self
    }

    /// Keeps the module's own values of matching parameters. A parameter that is not initialized yet stays so: burn's
    /// initializer draws it when it is first used.
    #[must_use]
    pub fn keep(mut self, pattern: &str) -> Self {
        self.unreadable = self.unreadable.or(push(&mut self.kept, pattern));
        self
    }

    /// Freezes matching parameters: they do not require gradients, so optimizers leave them unchanged.
    #[must_use]
    pub fn frozen(mut self, pattern: &str) -> Self {
        self.unreadable = self.unreadable.or(push(&mut self.frozen, pattern));
        self
    }

    /// Fills parameters without a rule by this initializer instead of returning an error.
    #[must_use]
    pub fn otherwise(mut self, initializer: impl Initializer + 'static) -> Self {
        self.otherwise = Some(Arc::new(initializer));
        self
    }

    pub(super) fn is_frozen(&self, name: &str) -> bool {
        self.frozen.iter().any(|pattern| pattern.matches(name))
    }

    /// Returns the first source that contains a name, with the shape of its tensor.
    pub(super) fn pretrained_by(&self, name: &str) -> Option<(&Pretrained, Vec<usize>)> {
        self.pretrained.iter().find_map(|pretrained| Some((pretrained, pretrained.shape(name)?)))
    }

    /// Returns the parameters of a module in the orientation that the blueprint states.
    pub(super) fn oriented(&self, listed: ModuleParams) -> Result<Vec<ModuleParam>, ModuleError> {
        self.unreadable.clone().map_or(Ok(()), Err)?;
        let listed: Vec<ModuleParam> = listed.into_vec().into_iter().map(|one| self.statements.orient(one)).collect();
        let mut paths = HashMap::new();
        for param in &listed {
            if let Some(first) = paths.insert(&param.name, &param.path) {
                let [name, first, second] = [&param.name, first, &param.path].map(Clone::clone);
                return Err(ModuleError::SameName { name, first, second });
            }
        }
        Ok(listed)
    }

    /// Returns the assignment of each parameter. Those that are not chosen are left unchanged, and only affect the
    /// recipe's variables. All refusals happen here.
    pub(super) fn resolve(
        &self,
        listed: &[ModuleParam],
        is_chosen: impl Fn(&str) -> bool,
    ) -> Result<Vec<Assignment>, ModuleError> {
        let params = listed.iter().map(|one| Ok(self.statements.apply(one.param()?)));
        let params = params.collect::<Result<Vec<_>, ModuleError>>()?;
        let mut draft = self.rules.draft(&params)?;
        let mut without_layout = Vec::new();
        for (place, (one, param)) in listed.iter().zip(&params).enumerate() {
            let overriding = match is_chosen(param.name()) {
                true => self.overriding(&draft, place, one, param)?,
                false => Some(Assignment::left(param.clone())),
            };
            if let Some(assignment) = overriding {
                draft.set(place, assignment);
            }
            if let Some((assignment, initializer)) = draft.get(place).and_then(|one| Some((one, one.initializer()?))) {
                fills(one)?;
                if needs_layout(&**initializer, assignment.param()) {
                    without_layout.push(one.clone());
                }
            }
        }
        match draft.finish() {
            Ok(resolution) => {
                let assignments = resolution.into_assignments();
                let too_large = |(assignment, one): (&Assignment, &ModuleParam)| {
                    let dtype = memory::float(one.dtype)?;
                    assignment.initializer()?.check_dtype(assignment.param(), dtype).err()
                };
                let refused: Vec<InitError> = assignments.iter().zip(listed).filter_map(too_large).collect();
                if refused.is_empty() { Ok(assignments) } else { Err(ResolveError::Refused { refused }.into()) }
            }
            Err(ResolveError::Unmatched { rules, parameters }) => {
                let unmatched: HashSet<&str> = parameters.iter().map(String::as_str).collect();
                let unmatched = listed.iter().filter(|one| unmatched.contains(&*one.name));
                Err(ModuleError::Unruled { rules, parameters: unmatched.cloned().collect() })
            }
            Err(ResolveError::Refused { .. }) if !without_layout.is_empty() => {
                Err(ModuleError::NoLayout { parameters: without_layout })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the assignment that overrides the rules, if any.
    fn overriding(
        &self,
        draft: &Draft,
        place: usize,
        one: &ModuleParam,
        param: &ParamSpec,
    ) -> Result<Option<Assignment>, ModuleError> {
        let name = param.name();
        if self.kept.iter().any(|pattern| pattern.matches(name)) {
            return Ok(Some(Assignment::left(param.clone())));
        }
        if let Some((pretrained, shape)) = self.pretrained_by(name) {
            fits(one, pretrained, &shape)?;
            return Ok(Some(Assignment::pretrained(param.clone(), pretrained.source())));
        }
        let by_rule = draft.get(place);
        if let Some(filled) = by_rule.filter(|assignment| assignment.initializer().is_some()) {
            let with_layout = self.statements.with_burns_layout(filled.param(), one);
            return Ok(with_layout.map(|param| filled.clone().with_param(param)));
        }
        let by = |initializer: Arc<dyn Initializer>, origin| {
            let param = self.statements.with_burns_layout(param, one).unwrap_or_else(|| param.clone());
            Ok(Some(Assignment::new(param, initializer, origin)))
        };
        let is_unmatched = draft.is_unmatched(place);
        if let Some(start) = statistic(one).filter(|_| is_unmatched || by_rule.is_some()) {
            return by(Arc::new(Constant::new(start).map_err(InitError::from)?), Origin::Statistic);
        }
        match &self.otherwise {
            Some(default) if is_unmatched => by(Arc::clone(default), Origin::Default),
            _ => Ok(None),
        }
    }
}

/// Returns the initial value of a running statistic; `None` for other parameters.
fn statistic(one: &ModuleParam) -> Option<f64> {
    match one.layer.filter(|layer| layer.role == Role::Buffer)?.name {
        "running_var" => Some(1.0),
        _ => Some(0.0),
    }
}

/// Returns whether an initializer rejects a parameter only because its layout is unknown.
fn needs_layout(initializer: &dyn Initializer, param: &ParamSpec) -> bool {
    let stated = || param.clone().with_layout(Layout::OutIn);
    param.layout().is_none() && initializer.check(param).is_err() && initializer.check(&stated()).is_ok()
}

/// Rejects element types that initializers cannot fill.
fn fills(one: &ModuleParam) -> Result<(), ModuleError> {
    memory::float(one.dtype).map(drop).ok_or_else(|| ModuleError::Dtype { parameter: Box::new(one.clone()) })
}

/// Rejects pretrained tensors of another shape, and those that are not floating-point numbers.
fn fits(one: &ModuleParam, pretrained: &Pretrained, shape: &[usize]) -> Result<(), ModuleError> {
    fills(one)?;
    let reason = if one.shape != shape {
        format!("its shape there is {shape:?}; exclude it with Pretrained::except, or use a module of that shape")
    } else if !pretrained.is_float(&one.name) {
        "its element type there is not f32, f64, f16 or bf16; exclude it with Pretrained::except".to_owned()
    } else {
        return Ok(());
    };
    Err(ModuleError::Pretrained { parameter: Box::new(one.clone()), from: pretrained.source().to_owned(), reason })
}

/// Adds a pattern, or returns the error if it is invalid.
fn push(patterns: &mut Vec<Pattern>, pattern: &str) -> Option<PatternError> {
    Pattern::new(pattern).map(|pattern| patterns.push(pattern)).err()
}
