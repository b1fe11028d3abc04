//! Blueprints: the rules for a model's tensors, and their overrides.

use std::collections::HashSet;
use std::sync::Arc;

use fanin_core::initializers::Constant;
use fanin_core::resolve::{Assignment, Draft, Origin, Pattern, PatternError, ResolveError, Rules};
use fanin_core::{InitError, Initializer, Layout, ParamSpec, Role};

use super::statement::{Statement, Statements, statistic};
use super::{BuildError, Pretrained, Request, hint, memory};

/// The rules of a plan or a recipe for all tensors of a model, and their overrides.
///
/// A `VarBuilder` passes a name, a shape, a type and a hint to its backend. Rules are selected by name. Hints are a
/// poor basis for initialization: `candle_nn::linear` hints a uniform distribution that is sqrt 6 times as wide as
/// PyTorch's regardless of the next layer, `VarBuilder::get` always hints the constant 0, and no hint accounts for the
/// depth of the model. Hints are therefore ignored, unless [`Blueprint::hints`] enables them for parameters without a
/// rule.
///
/// **Layouts** determine fans: [`Blueprint::layout`] takes precedence, then the recipe's rules. Otherwise the
/// parameters of candle's own layers are [`Layout::OutIn`]: those with two or more axes named `weight`, `weight_ih_...`
/// or `weight_hh_...`, which are linear layers (`[out, in]`), convolutions (`[out, in / groups, kernel...]`) and
/// recurrent cells. Kernels with the hints of `candle_nn::conv_transpose1d` and `conv_transpose2d` are excluded: set
/// [`Layout::Transposed`] for them. If an initializer needs a layout and none is known, the error names the parameter
/// and this method.
///
/// **Running statistics**: `running_mean` and `running_var`, the names used by `candle_nn::batch_norm`, are buffers.
/// They start at 0 and 1 unless a rule names them, and are not passed to optimizers.
///
/// **Precedence.** A parameter is absent ([`Blueprint::absent`]), or pretrained ([`Blueprint::pretrained`]), or gets
/// the values of its rule or of the default ([`Blueprint::otherwise`], [`Blueprint::hints`]). If none applies, an error
/// names it.
///
/// ```
/// use fanin_candle::Blueprint;
/// use fanin_core::initializers::{Ones, Zeros, he_normal};
/// use fanin_core::{Layout, Plan};
/// use fanin_recipes::Recipe;
///
/// let by_recipe = Blueprint::from(Recipe::named("gpt2")?.set("layers", 12.0)?);
/// let plan = Plan::new().rule("*norm.weight", Ones).rule("*.bias", Zeros).rule("*.weight", he_normal());
/// let by_plan = Blueprint::from(plan).layout("decoder.up.weight", Layout::Transposed);
/// # Ok::<(), fanin_recipes::RecipeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Blueprint {
    rules: Arc<dyn Rules>,
    statements: Statements,
    pretrained: Vec<Pretrained>,
    absent: Vec<Pattern>,
    frozen: Vec<Pattern>,
    otherwise: Otherwise,
    listed: Option<Vec<ParamSpec>>,
    /// The error of the first pattern that cannot be parsed.
    unreadable: Option<PatternError>,
}

/// The fallback for parameters that no rule matches.
#[derive(Clone, Debug)]
enum Otherwise {
    Error,
    Initializer(Arc<dyn Initializer>),
    Hints,
}

/// A plan, a recipe or another front end.
impl<R: Rules + 'static> From<R> for Blueprint {
    fn from(rules: R) -> Self {
        Self::new(Arc::new(rules))
    }
}

impl Blueprint {
    fn new(rules: Arc<dyn Rules>) -> Self {
        Self {
            rules,
            statements: Statements::default(),
            pretrained: Vec::new(),
            absent: Vec::new(),
            frozen: Vec::new(),
            otherwise: Otherwise::Error,
            listed: None,
            unreadable: None,
        }
    }

    /// Sets the layout of parameters whose names match. The first matching setting applies, and takes precedence over
    /// the recipe's. See [`Pattern`] for the grammar. Invalid patterns, here and below, are reported when the blueprint
    /// is used.
    #[must_use]
    pub fn layout(self, pattern: &str, layout: Layout) -> Self {
        self.state(pattern, Statement::Layout(layout))
    }

    /// Sets the number of groups of matching parameters. Has an effect on those with a [`Blueprint::layout`] and on
    /// those of candle's own layers.
    #[must_use]
    pub fn groups(self, pattern: &str, groups: usize) -> Self {
        self.state(pattern, Statement::Groups(groups))
    }

    /// Sets the role of matching parameters. Buffers are not passed to optimizers.
    #[must_use]
    pub fn role(self, pattern: &str, role: Role) -> Self {
        self.state(pattern, Statement::Role(role))
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

    /// Declares parameters absent, for models that request optional parameters and fall back if they are missing, as
    /// `candle_transformers::models::llama2_c` does for its table of frequencies.
    #[must_use]
    pub fn absent(mut self, pattern: &str) -> Self {
        self.unreadable = self.unreadable.or(push(&mut self.absent, pattern));
        self
    }

    /// Returns matching parameters as plain tensors, without gradients. Use `*` for a model that is only used for
    /// inference.
    #[must_use]
    pub fn frozen(mut self, pattern: &str) -> Self {
        self.unreadable = self.unreadable.or(push(&mut self.frozen, pattern));
        self
    }

    /// Fills parameters without a rule by this initializer instead of returning an error.
    #[must_use]
    pub fn otherwise(mut self, initializer: impl Initializer + 'static) -> Self {
        self.otherwise = Otherwise::Initializer(Arc::new(initializer));
        self
    }

    /// Fills parameters without a rule according to the model's candle hints, with fanin's values. A tensor with two or
    /// more axes and no hint is still an error.
    #[must_use]
    pub fn hints(mut self) -> Self {
        self.otherwise = Otherwise::Hints;
        self
    }

    /// Lists the parameters of the model, for models that are built without a closure. `contains_tensor` then returns
    /// true for them, `get_unchecked` knows their shapes, and a recipe derives its variables from them.
    #[must_use]
    pub fn list(mut self, params: impl IntoIterator<Item = ParamSpec>) -> Self {
        self.listed = Some(params.into_iter().collect());
        self
    }

    /// The name of the rules in messages.
    pub(super) fn label(&self) -> String {
        self.rules.label()
    }

    pub(super) fn is_absent(&self, name: &str) -> bool {
        self.absent.iter().any(|pattern| pattern.matches(name))
    }

    pub(super) fn is_frozen(&self, name: &str) -> bool {
        self.frozen.iter().any(|pattern| pattern.matches(name))
    }

    pub(super) fn pretrained_by(&self, name: &str) -> Option<&Pretrained> {
        self.pretrained.iter().find(|pretrained| pretrained.holds(name))
    }

    pub(super) fn listed(&self) -> Option<&[ParamSpec]> {
        self.listed.as_deref()
    }

    /// Refuses invalid patterns.
    pub(super) fn readable(&self) -> Result<(), BuildError> {
        self.unreadable.clone().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Returns the assignment of a parameter in a model whose parameters are not listed.
    pub(super) fn resolve_unlisted(&self, request: &Request) -> Result<Assignment, BuildError> {
        self.readable()?;
        let param = self.statements.apply(request.param()?);
        let draft = self.rules.draft_unlisted(&param)?;
        let (requests, params) = (std::slice::from_ref(request), std::slice::from_ref(&param));
        let assignments = self.finish(draft, requests, params, |_| true)?;
        assignments.into_iter().next().ok_or_else(|| BuildError::Unlisted { parameter: request.clone() })
    }

    /// Returns the assignment of each parameter of a model. All refusals happen here.
    pub(super) fn resolve(&self, requests: &[Request]) -> Result<Vec<Assignment>, BuildError> {
        self.resolve_some(requests, |_| true)
    }

    /// Like `resolve`, for selected parameters. The others only affect the recipe's variables.
    pub(super) fn resolve_some(
        &self,
        requests: &[Request],
        is_chosen: impl Fn(&str) -> bool,
    ) -> Result<Vec<Assignment>, BuildError> {
        self.readable()?;
        let params = requests.iter().map(|request| Ok(self.statements.apply(request.param()?)));
        let params = params.collect::<Result<Vec<_>, BuildError>>()?;
        self.finish(self.rules.draft(&params)?, requests, &params, is_chosen)
    }

    /// Applies the overrides to the draft of the rules.
    fn finish(
        &self,
        mut draft: Draft,
        requests: &[Request],
        params: &[ParamSpec],
        is_chosen: impl Fn(&str) -> bool,
    ) -> Result<Vec<Assignment>, BuildError> {
        let mut without_layout = Vec::new();
        for (place, (request, param)) in requests.iter().zip(params).enumerate() {
            let overriding = match is_chosen(param.name()) {
                true => self.overriding(&draft, place, request, param)?,
                false => Some(Assignment::left(param.clone())),
            };
            if let Some(assignment) = overriding {
                draft.set(place, assignment);
            }
            if let Some((assignment, initializer)) = draft.get(place).and_then(|one| Some((one, one.initializer()?))) {
                fills(request)?;
                if needs_layout(&**initializer, assignment.param()) {
                    without_layout.push(request.clone());
                }
            }
        }
        match draft.finish() {
            Ok(resolution) => {
                let assignments = resolution.into_assignments();
                let too_large = |(assignment, request): (&Assignment, &Request)| {
                    let dtype = memory::float(request.dtype)?;
                    assignment.initializer()?.check_dtype(assignment.param(), dtype).err()
                };
                let refused: Vec<InitError> = assignments.iter().zip(requests).filter_map(too_large).collect();
                if refused.is_empty() { Ok(assignments) } else { Err(ResolveError::Refused { refused }.into()) }
            }
            Err(ResolveError::Unmatched { rules, parameters }) => {
                let unmatched: HashSet<&str> = parameters.iter().map(String::as_str).collect();
                let unmatched = requests.iter().filter(|request| unmatched.contains(&*request.name));
                Err(BuildError::Unruled { rules, parameters: unmatched.cloned().collect() })
            }
            Err(ResolveError::Refused { .. }) if !without_layout.is_empty() => {
                Err(BuildError::NoLayout { parameters: without_layout })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the assignment that overrides the rules, if any.
    fn overriding(
        &self,
        draft: &Draft,
        place: usize,
        request: &Request,
        param: &ParamSpec,
    ) -> Result<Option<Assignment>, BuildError> {
        let name = param.name();
        if self.is_absent(name) {
            return Ok(Some(Assignment::left(param.clone())));
        }
        if let Some(pretrained) = self.pretrained_by(name) {
            return Ok(Some(Assignment::pretrained(param.clone(), pretrained.source())));
        }
        let by_rule = draft.get(place);
        if let Some(filled) = by_rule.filter(|assignment| assignment.initializer().is_some()) {
            let with_layout = self.statements.with_candles_layout(filled.param(), request);
            return Ok(with_layout.map(|param| filled.clone().with_param(param)));
        }
        let by = |initializer: Arc<dyn Initializer>, origin| {
            let param = self.statements.with_candles_layout(param, request).unwrap_or_else(|| param.clone());
            Ok(Some(Assignment::new(param, initializer, origin)))
        };
        let is_unmatched = draft.is_unmatched(place);
        if let Some(start) = statistic(name).filter(|_| is_unmatched || by_rule.is_some()) {
            return by(Arc::new(Constant::new(start).map_err(InitError::from)?), Origin::Statistic);
        }
        match &self.otherwise {
            Otherwise::Initializer(default) if is_unmatched => by(Arc::clone(default), Origin::Default),
            Otherwise::Hints if is_unmatched => {
                let of_hint = |source| BuildError::Hint { name: name.to_owned(), source };
                let hint = request.hint.map(|hint| hint::initializer(hint, &request.shape)).transpose();
                match hint.map_err(of_hint)?.flatten() {
                    Some(hint) => by(Arc::from(hint), Origin::Hint),
                    None => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }
}

/// Returns whether an initializer rejects a parameter only because its layout is unknown.
fn needs_layout(initializer: &dyn Initializer, param: &ParamSpec) -> bool {
    let stated = || param.clone().with_layout(Layout::OutIn);
    param.layout().is_none() && initializer.check(param).is_err() && initializer.check(&stated()).is_ok()
}

/// Rejects element types that initializers cannot fill.
fn fills(request: &Request) -> Result<(), BuildError> {
    memory::float(request.dtype).map(drop).ok_or_else(|| BuildError::Dtype { parameter: request.clone() })
}

/// Adds a pattern, or returns the error if it is invalid.
fn push(patterns: &mut Vec<Pattern>, pattern: &str) -> Option<PatternError> {
    Pattern::new(pattern).map(|pattern| patterns.push(pattern)).err()
}
