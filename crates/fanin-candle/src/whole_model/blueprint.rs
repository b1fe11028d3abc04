//! How the tensors of a model are made: rules, what is stated of names, and what is done where no rule is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use candle_core::DType;
use fanin_core::initializers::Constant;
use fanin_core::plan::{Pattern, PatternError, PlanError};
use fanin_core::{Initializer, Layout, ParamSpec, Plan, Role};
use fanin_recipes::Recipe;

use super::prescription::{BoundRules, Drawn, Prescription, words};
use super::statement::{Statement, Statements, statistic};
use super::{BuildError, Origin, Pretrained, Request, hint};

/// How every tensor of a model is made: a plan or a recipe, and what they do not say.
///
/// A `VarBuilder` tells its backend a name, a shape, a type and a hint. The rules are found by the name. The hint says nothing
/// that a start should depend on: `candle_nn::linear` hints a uniform distribution that is sqrt 6 times as wide as `PyTorch`'s whatever
/// comes after the layer, `VarBuilder::get` hints the constant 0 for whatever it is asked, and none of them knows how deep the
/// model is. So hints draw nothing, unless [`Blueprint::hints`] asks for them where there is no rule.
///
/// **Fans** come from layouts: those of the recipe's rules, or [`Blueprint::layout`]; an initializer that needs a fan where no
/// layout is stated is an error that names the parameter. candle's linear layers and convolutions are [`Layout::OutIn`], its
/// transposed convolutions [`Layout::Transposed`].
///
/// **Running statistics**: `running_mean` and `running_var`, as `candle_nn::batch_norm` names them, are buffers. They start at 0
/// and 1 unless a rule names them, and no optimizer gets them.
///
/// **Order.** A parameter is absent ([`Blueprint::absent`]), or given ([`Blueprint::given`]), or gets its rule's values, or the
/// default ([`Blueprint::otherwise`], [`Blueprint::hints`]); else it is an error, which names it.
///
/// ```
/// use fanin_candle::Blueprint;
/// use fanin_core::initializers::{Ones, Zeros, he_normal};
/// use fanin_core::{Layout, Plan};
/// use fanin_recipes::Recipe;
///
/// let by_recipe = Blueprint::from(Recipe::named("gpt2")?).set("layers", 12.0);
/// let plan = Plan::new().rule("*norm.weight", Ones).rule("*.bias", Zeros).rule("*.weight", he_normal());
/// let by_plan = Blueprint::from(plan).layout("*", Layout::OutIn);
/// # Ok::<(), fanin_recipes::RecipeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Blueprint {
    rules: Rules,
    settings: BTreeMap<String, f64>,
    statements: Statements,
    given: Vec<Pretrained>,
    absent: Vec<Pattern>,
    frozen: Vec<Pattern>,
    otherwise: Otherwise,
    listed: Option<Vec<ParamSpec>>,
    /// What is wrong with the first pattern that cannot be read.
    unreadable: Option<PatternError>,
}

#[derive(Clone, Debug)]
enum Rules {
    Plan(Plan),
    Recipe(Recipe),
}

/// What a parameter without a rule gets.
#[derive(Clone, Debug)]
enum Otherwise {
    Error,
    Initializer(Arc<dyn Initializer>),
    Hints,
}

impl From<Plan> for Blueprint {
    fn from(plan: Plan) -> Self {
        Self::new(Rules::Plan(plan))
    }
}

impl From<Recipe> for Blueprint {
    fn from(recipe: Recipe) -> Self {
        Self::new(Rules::Recipe(recipe))
    }
}

impl Blueprint {
    fn new(rules: Rules) -> Self {
        Self {
            rules,
            settings: BTreeMap::new(),
            statements: Statements::default(),
            given: Vec::new(),
            absent: Vec::new(),
            frozen: Vec::new(),
            otherwise: Otherwise::Error,
            listed: None,
            unreadable: None,
        }
    }

    /// Sets a variable of the recipe, which is then not taken from the shapes. A plan has none: to set one is an error when the
    /// blueprint is used.
    #[must_use]
    pub fn set(mut self, variable: impl Into<String>, value: f64) -> Self {
        self.settings.insert(variable.into(), value);
        self
    }

    /// States the layout of the parameters whose names match; the first statement that matches holds, and it goes before the
    /// recipe's. See [`Pattern`] for the grammar. A pattern that cannot be read, here and below, is an error when the blueprint
    /// is used.
    #[must_use]
    pub fn layout(self, pattern: &str, layout: Layout) -> Self {
        self.state(pattern, Statement::Layout(layout))
    }

    /// States in how many groups the units of such parameters are connected. Has a meaning only with a [`Blueprint::layout`].
    #[must_use]
    pub fn groups(self, pattern: &str, groups: usize) -> Self {
        self.state(pattern, Statement::Groups(groups))
    }

    /// States what such parameters are for; a buffer is not among the variables that an optimizer gets.
    #[must_use]
    pub fn role(self, pattern: &str, role: Role) -> Self {
        self.state(pattern, Statement::Role(role))
    }

    fn state(mut self, pattern: &str, statement: Statement) -> Self {
        let stated = self.statements.add(pattern, statement);
        self.unreadable = self.unreadable.or(stated.err());
        self
    }

    /// Takes what these tensors hold from them; of several the first that holds a name is asked.
    #[must_use]
    pub fn given(mut self, given: Pretrained) -> Self {
        self.unreadable = self.unreadable.or_else(|| given.unreadable().cloned());
        self.given.push(given);
        self
    }

    /// Calls parameters absent: the model asks for them and does without when it hears that they are not there, as
    /// `candle_transformers::models::llama2_c` does for its table of frequencies.
    #[must_use]
    pub fn absent(mut self, pattern: &str) -> Self {
        self.unreadable = self.unreadable.or(push(&mut self.absent, pattern));
        self
    }

    /// Hands such parameters out as plain tensors, which have no gradient and are no variables: all of them for `*`, for a model
    /// that only predicts.
    #[must_use]
    pub fn frozen(mut self, pattern: &str) -> Self {
        self.unreadable = self.unreadable.or(push(&mut self.frozen, pattern));
        self
    }

    /// What a parameter without a rule gets, in the place of an error.
    #[must_use]
    pub fn otherwise(mut self, initializer: impl Initializer + 'static) -> Self {
        self.otherwise = Otherwise::Initializer(Arc::new(initializer));
        self
    }

    /// Fills a parameter without a rule by the distribution of the hint that the model gives candle, with fanin's values. A tensor of two
    /// axes or more for which there is no hint is still an error.
    #[must_use]
    pub fn hints(mut self) -> Self {
        self.otherwise = Otherwise::Hints;
        self
    }

    /// Lists the parameters of the model, for those who build it without a closure. Then `contains_tensor` is true of them,
    /// `get_unchecked` knows their shapes, and a recipe finds its variables in them.
    #[must_use]
    pub fn list(mut self, params: impl IntoIterator<Item = ParamSpec>) -> Self {
        self.listed = Some(params.into_iter().collect());
        self
    }

    /// The plan or the recipe, in words.
    pub(super) fn rules_text(&self) -> String {
        match &self.rules {
            Rules::Plan(_) => "the plan".to_owned(),
            Rules::Recipe(recipe) => format!("the recipe '{}'", recipe.name()),
        }
    }

    pub(super) fn is_absent(&self, name: &str) -> bool {
        self.absent.iter().any(|pattern| pattern.matches(name))
    }

    pub(super) fn is_frozen(&self, name: &str) -> bool {
        self.frozen.iter().any(|pattern| pattern.matches(name))
    }

    pub(super) fn given_by(&self, name: &str) -> Option<&Pretrained> {
        self.given.iter().find(|given| given.holds(name))
    }

    pub(super) fn listed(&self) -> Option<&[ParamSpec]> {
        self.listed.as_deref()
    }

    /// Whether it can be used at all.
    pub(super) fn readable(&self) -> Result<(), BuildError> {
        if let Some(error) = &self.unreadable {
            return Err(error.clone().into());
        }
        match (&self.rules, self.settings.keys().next()) {
            (Rules::Plan(_), Some(variable)) => Err(BuildError::NoVariable { variable: variable.clone() }),
            _ => Ok(()),
        }
    }

    /// What a parameter gets in a model whose parameters nobody has listed.
    pub(super) fn prescribe(&self, request: &Request) -> Result<Prescription, BuildError> {
        self.readable()?;
        let bound = match &self.rules {
            Rules::Plan(plan) => BoundRules::Plan(plan),
            Rules::Recipe(recipe) => BoundRules::Recipe(recipe.bind_unlisted(&self.settings)?),
        };
        let prescription = self.one(&bound, request, self.statements.apply(request.param()?))?;
        match &prescription {
            Prescription::Drawn(Drawn { param, initializer, .. }) => {
                fills(request)?;
                initializer.check(param)?;
                Ok(prescription)
            }
            Prescription::NoRule => Err(self.unruled(vec![request.clone()])),
            _ => Ok(prescription),
        }
    }

    /// What each parameter of a model gets; everything that can be refused is refused here.
    pub(super) fn prescribe_all(&self, requests: &[Request]) -> Result<HashMap<String, Prescription>, BuildError> {
        self.prescribe_some(requests, |_| true)
    }

    /// What some parameters of a model get; of the others nothing is asked, but they are counted.
    pub(super) fn prescribe_some(
        &self,
        requests: &[Request],
        is_chosen: impl Fn(&str) -> bool,
    ) -> Result<HashMap<String, Prescription>, BuildError> {
        self.readable()?;
        let params = requests.iter().map(|request| Ok(self.statements.apply(request.param()?)));
        let params = params.collect::<Result<Vec<_>, BuildError>>()?;
        let bound = match &self.rules {
            Rules::Plan(plan) => BoundRules::Plan(plan),
            Rules::Recipe(recipe) => BoundRules::Recipe(recipe.bind(&params, &self.settings)?),
        };
        let (mut prescriptions, mut unruled, mut refused) = (HashMap::new(), Vec::new(), Vec::new());
        for (request, param) in requests.iter().zip(&params).filter(|(request, _)| is_chosen(&request.name)) {
            let prescription = self.one(&bound, request, param.clone())?;
            match &prescription {
                Prescription::Drawn(Drawn { param, initializer, .. }) => {
                    fills(request)?;
                    refused.extend(initializer.check(param).err());
                }
                Prescription::NoRule => unruled.push(request.clone()),
                _ => {}
            }
            prescriptions.insert(request.name.clone(), prescription);
        }
        if !unruled.is_empty() {
            return Err(self.unruled(unruled));
        }
        if let Rules::Plan(plan) = &self.rules {
            is_used(plan, &params)?;
        }
        if refused.is_empty() { Ok(prescriptions) } else { Err(BuildError::Refused { refused }) }
    }

    fn unruled(&self, parameters: Vec<Request>) -> BuildError {
        BuildError::Unruled { rules: self.rules_text(), parameters }
    }

    fn one(&self, rules: &BoundRules<'_>, request: &Request, param: ParamSpec) -> Result<Prescription, BuildError> {
        if self.is_absent(param.name()) {
            return Ok(Prescription::Absent);
        }
        if let Some(given) = self.given_by(param.name()) {
            return Ok(Prescription::Pretrained(param, given.clone()));
        }
        let ruled = rules.assign(&param)?;
        if !matches!(ruled, Prescription::Left | Prescription::NoRule) {
            return Ok(ruled);
        }
        let by = |initializer: Arc<dyn Initializer>, origin: fn(String) -> Origin| {
            let (param, origin) = (param.clone(), origin(words(&initializer)));
            Ok(Prescription::Drawn(Drawn { param, initializer, origin, learning_rate: 1.0 }))
        };
        if let Some(start) = statistic(param.name()) {
            let start = Constant::new(start).map_err(fanin_core::InitError::from)?;
            return by(Arc::new(start), |initializer| Origin::Statistic { initializer });
        }
        match (&ruled, &self.otherwise) {
            (Prescription::NoRule, Otherwise::Initializer(default)) => {
                by(Arc::clone(default), |initializer| Origin::Default { initializer })
            }
            (Prescription::NoRule, Otherwise::Hints) => {
                let of_hint = |source| BuildError::Hint { name: request.name.clone(), source };
                let hint = request.hint.map(|hint| hint::initializer(hint, &request.shape)).transpose();
                match hint.map_err(of_hint)?.flatten() {
                    Some(hint) => by(Arc::from(hint), |initializer| Origin::Hint { initializer }),
                    None => Ok(ruled),
                }
            }
            _ => Ok(ruled),
        }
    }
}

/// Every rule of the plan has a parameter, be it one that is given.
fn is_used(plan: &Plan, params: &[ParamSpec]) -> Result<(), BuildError> {
    let chosen = params.iter().map(|param| Ok(plan.choose(param)?.map(|_| param.clone())));
    let chosen: Vec<_> = chosen.filter_map(Result::transpose).collect::<Result<_, PlanError>>()?;
    match plan.explain(&chosen) {
        // What is refused is counted once it is known what is given.
        Ok(_) | Err(PlanError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Refuses an element type that no initializer fills.
fn fills(request: &Request) -> Result<(), BuildError> {
    match request.dtype {
        DType::F32 | DType::F64 | DType::F16 | DType::BF16 => Ok(()),
        _ => Err(BuildError::Dtype { parameter: request.clone() }),
    }
}

/// Adds a pattern, or says what is wrong with it.
fn push(patterns: &mut Vec<Pattern>, pattern: &str) -> Option<PatternError> {
    Pattern::new(pattern).map(|pattern| patterns.push(pattern)).err()
}
