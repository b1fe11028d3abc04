//! A recipe: rules in TOML, read and checked.

use std::io;
use std::path::Path;
use std::str::FromStr;

use fanin_core::plan::Pattern;
use fanin_core::{Layout, Role};
use serde::Deserialize;

use crate::error::RecipeError;
use crate::expression::Expression;
use crate::shipped;
use crate::template::Template;
use crate::text_file;

/// The longest recipe that is read from a file, in bytes.
const LONGEST: u64 = 64_000_000;

/// How a family of models is initialised: an ordered list of name patterns, each with an initialiser. The first rule whose
/// pattern matches a name, and whose condition holds, wins.
///
/// ```
/// use fanin_recipes::Recipe;
///
/// let recipe: Recipe = r#"
///     name = "tiny"
///     title = "A small perceptron"
///     source = "Glorot & Bengio 2010, equation 16"
///     layout = "oi"
///
///     [[rules]]
///     match = "*.weight"
///     init = "glorot_uniform"
///
///     [[rules]]
///     match = "*.bias"
///     role = "bias"
///     init = "zeros"
/// "#
/// .parse()?;
/// assert_eq!(recipe.name(), "tiny");
/// # Ok::<(), fanin_recipes::RecipeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recipe {
    name: String,
    title: String,
    source: String,
    notes: String,
    pub(crate) variables: Vec<Variable>,
    pub(crate) rules: Vec<Rule>,
}

/// A number that rules use, and where it comes from when it is not set.
#[derive(Clone, Debug)]
pub struct Variable {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) origins: Vec<Origin>,
}

/// Where a variable's value may come from; the first that gives one wins.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// The number of parameters whose names match.
    Count(Vec<Pattern>),
    /// The length of an axis of the first parameter whose name matches.
    Axis { parameter: Vec<Pattern>, axis: usize },
    /// Arithmetic over the variables before it.
    Value(Expression),
}

/// A rule: which parameters, and what they get.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) when: Option<Expression>,
    /// Nothing for a buffer that is left as it is.
    pub(crate) init: Option<Template>,
    pub(crate) role: Role,
    pub(crate) layout: Option<Layout>,
    pub(crate) groups: Option<Expression>,
    pub(crate) fans: Option<[Expression; 2]>,
    pub(crate) learning_rate: Option<Expression>,
    pub(crate) reason: Option<String>,
}

impl Recipe {
    /// A recipe that is shipped; [`shipped::names`](crate::names) lists them.
    ///
    /// # Errors
    /// [`RecipeError::UnknownName`], which lists the names.
    pub fn named(name: &str) -> Result<Self, RecipeError> {
        let unknown = || RecipeError::UnknownName { name: name.to_owned(), known: shipped::names().collect() };
        shipped::text(name).ok_or_else(unknown)?.parse()
    }

    /// A recipe from a file.
    ///
    /// # Errors
    /// [`RecipeError::File`] if it cannot be read, is longer than 64 MB or no file; [`RecipeError::In`] with what [`Recipe::from_str`]
    /// says.
    pub fn read(path: &Path) -> Result<Self, RecipeError> {
        let refuse = |error: io::Error| RecipeError::File { path: path.to_owned(), reason: error.to_string() };
        let text = text_file::read(path, LONGEST).map_err(refuse)?;
        text.parse().map_err(|source| RecipeError::In { path: path.to_owned(), source: Box::new(source) })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in a line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where its numbers come from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What else is worth knowing; may be empty.
    #[must_use]
    pub fn notes(&self) -> &str {
        &self.notes
    }

    /// The variables, in the order in which they are computed.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

impl Variable {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, in a line.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Where its value comes from when it is not set, in words; empty if it must be set.
    #[must_use]
    pub fn origin(&self) -> String {
        self.origins.iter().map(Origin::words).collect::<Vec<_>>().join(", else ")
    }
}

impl Origin {
    fn words(&self) -> String {
        let list = |patterns: &[Pattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        match self {
            Self::Count(patterns) => format!("the number of {}", list(patterns)),
            Self::Axis { parameter, axis } => format!("axis {axis} of {}", list(parameter)),
            Self::Value(expression) => expression.text().to_owned(),
        }
    }
}

impl Rule {
    /// The patterns, any of which may match.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The initialiser, with `{expressions}`; nothing for a buffer that is left as it is.
    #[must_use]
    pub fn initializer(&self) -> Option<&str> {
        self.init.as_ref().map(Template::text)
    }

    /// The condition, if there is one.
    #[must_use]
    pub fn condition(&self) -> Option<&str> {
        self.when.as_ref().map(Expression::text)
    }

    /// The role of the parameters that it fills.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The factor of the learning rate, if it is not 1.
    #[must_use]
    pub fn learning_rate(&self) -> Option<&str> {
        self.learning_rate.as_ref().map(Expression::text)
    }

    /// Why, in a line.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// The TOML form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    title: String,
    source: String,
    #[serde(default)]
    notes: String,
    layout: Option<String>,
    #[serde(default)]
    variables: Vec<VariableTable>,
    rules: Vec<RuleTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariableTable {
    name: String,
    about: String,
    count: Option<OneOrMore>,
    axis: Option<AxisTable>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxisTable {
    of: OneOrMore,
    axis: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    r#match: OneOrMore,
    when: Option<String>,
    init: Option<String>,
    #[serde(default)]
    role: RoleName,
    layout: Option<String>,
    groups: Option<String>,
    fans: Option<[String; 2]>,
    learning_rate: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleName {
    #[default]
    Weight,
    Bias,
    NormGain,
    NormBias,
    Embedding,
    Buffer,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Weight => Self::Weight,
            RoleName::Bias => Self::Bias,
            RoleName::NormGain => Self::NormGain,
            RoleName::NormBias => Self::NormBias,
            RoleName::Embedding => Self::Embedding,
            RoleName::Buffer => Self::Buffer,
        }
    }
}

impl FromStr for Recipe {
    type Err = RecipeError;

    /// Reads a recipe.
    fn from_str(text: &str) -> Result<Self, RecipeError> {
        let file: File = toml::from_str(text).map_err(|error| not_toml(text, &error))?;
        let reader = Reader { recipe: &file.name };
        let layout = file.layout.as_deref().map(|layout| reader.layout(layout)).transpose()?;
        let variables = file.variables.iter().map(|table| reader.variable(table)).collect::<Result<_, _>>()?;
        let rules = file.rules.iter().enumerate();
        let rules = rules.map(|(at, table)| reader.rule(at + 1, table, layout)).collect::<Result<_, _>>()?;
        let File { name, title, source, notes, .. } = file;
        Ok(Self { name, title, source, notes, variables, rules })
    }
}

/// What is wrong with a text, and where, in one line.
fn not_toml(text: &str, error: &toml::de::Error) -> RecipeError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    RecipeError::Toml {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        reason: error.message().lines().map(str::trim).collect::<Vec<_>>().join("; "),
    }
}

/// From the TOML form to the checked one; every error names the recipe and the place.
struct Reader<'a> {
    recipe: &'a str,
}

impl Reader<'_> {
    fn format(&self, reason: String) -> RecipeError {
        RecipeError::Format { recipe: self.recipe.to_owned(), reason }
    }

    fn layout(&self, text: &str) -> Result<Layout, RecipeError> {
        text.parse().map_err(|reason| self.format(reason))
    }

    fn patterns(&self, rule: usize, list: &OneOrMore) -> Result<Vec<Pattern>, RecipeError> {
        let texts = match list {
            OneOrMore::One(text) => std::slice::from_ref(text),
            OneOrMore::More(texts) => texts,
        };
        let refuse = |source| RecipeError::Pattern { recipe: self.recipe.to_owned(), rule, source };
        texts.iter().map(|text| Pattern::new(text).map_err(refuse)).collect()
    }

    fn expression(&self, place: &str, text: &str) -> Result<Expression, RecipeError> {
        let refuse =
            |source| RecipeError::Expression { recipe: self.recipe.to_owned(), place: place.to_owned(), source };
        Expression::parse(text).map_err(refuse)
    }

    fn variable(&self, table: &VariableTable) -> Result<Variable, RecipeError> {
        let VariableTable { name, about, count, axis, value } = table;
        let mut origins = Vec::new();
        if let Some(count) = count {
            origins.push(Origin::Count(self.patterns(0, count)?));
        }
        if let Some(AxisTable { of, axis }) = axis {
            origins.push(Origin::Axis { parameter: self.patterns(0, of)?, axis: *axis });
        }
        if let Some(value) = value {
            origins.push(Origin::Value(self.expression(&format!("variable {name}"), value)?));
        }
        Ok(Variable { name: name.clone(), about: about.clone(), origins })
    }

    fn rule(&self, number: usize, table: &RuleTable, layout: Option<Layout>) -> Result<Rule, RecipeError> {
        let place = format!("rule {number}");
        let expression = |text: &Option<String>| text.as_deref().map(|text| self.expression(&place, text)).transpose();
        let refuse = |source| RecipeError::Expression { recipe: self.recipe.to_owned(), place: place.clone(), source };
        if table.init.is_none() && !matches!(table.role, RoleName::Buffer) {
            return Err(
                self.format(format!("{place} has no init; give one, or role = 'buffer' for what is left as it is"))
            );
        }
        let own = table.layout.as_deref().map(|layout| self.layout(layout)).transpose()?;
        Ok(Rule {
            patterns: self.patterns(number, &table.r#match)?,
            when: expression(&table.when)?,
            init: table.init.as_deref().map(Template::parse).transpose().map_err(refuse)?,
            role: table.role.into(),
            layout: own.or(layout),
            groups: expression(&table.groups)?,
            fans: match &table.fans {
                Some([fan_in, fan_out]) => Some([self.expression(&place, fan_in)?, self.expression(&place, fan_out)?]),
                None => None,
            },
            learning_rate: expression(&table.learning_rate)?,
            reason: table.reason.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Recipe;

    fn error(rules: &str) -> String {
        let text = format!("name = 'r'\ntitle = 't'\nsource = 's'\n{rules}");
        text.parse::<Recipe>().expect_err(rules).to_string()
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (rules, part) in [
            ("rules = [{ match = 'a[', init = 'zeros' }]", "recipe 'r', rule 1: "),
            ("rules = [{ match = 'a', init = 'normal(std = {1 +})' }]", "rule 1: '1 +': a number"),
            ("rules = [{ match = 'a', init = 'normal(std = {1)' }]", "rule 1: "),
            ("rules = [{ match = 'a' }]", "rule 1 has no init"),
            ("rules = [{ match = 'a', init = 'zeros', layout = 'xy' }]", "unknown layout 'xy'"),
            ("rules = [{ match = 'a', initialiser = 'zeros' }]", "unknown field `initialiser`"),
            ("rules = [{ match = 'a', init = 'zeros', role = 'king' }]", "unknown variant `king`"),
            ("variables = [{ name = 'n', about = '', value = '2 *' }]\nrules = []", "variable n: '2 *'"),
        ] {
            let error = error(rules);
            assert!(error.contains(part), "{rules}: {error}");
        }
        let syntax = "name = 'r'\ntitle = 'é' source = 's'\nrules = []".parse::<Recipe>().unwrap_err().to_string();
        assert!(syntax.starts_with("line 2, column 13: ") && !syntax.contains('\n'), "{syntax}");
        assert!(Recipe::named("gpt7").unwrap_err().to_string().contains("gpt2"));
    }
}
