//! The TOML form of a recipe: parsing and validation.

use std::collections::BTreeMap;
use std::str::FromStr;

use fanin_core::resolve::{Pattern, RuleSet};
use fanin_core::{Layout, Role};
use serde::Deserialize;

use crate::error::RecipeError;
use crate::expression::Expression;
use crate::recipe::Recipe;
use crate::recipe_rule::RecipeRule;
use crate::template::Template;
use crate::variable::{Origin, RecipeVariable};

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
    role: Option<String>,
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

impl FromStr for Recipe {
    type Err = RecipeError;

    /// Parses a recipe.
    fn from_str(text: &str) -> Result<Self, RecipeError> {
        let file: File = toml::from_str(text).map_err(|error| not_toml(text, &error))?;
        let reader = Reader { recipe: &file.name };
        let layout = file.layout.as_deref().map(|layout| reader.layout(layout)).transpose()?;
        let variables = file.variables.iter().map(|table| reader.variable(table)).collect::<Result<_, _>>()?;
        let rules = file.rules.iter().enumerate();
        let rules = rules.map(|(at, table)| reader.rule(at + 1, table, layout)).collect::<Result<_, _>>()?;
        let File { name, title, source, notes, .. } = file;
        Ok(Self { name, title, source, notes, variables, rules: RuleSet::new(rules), settings: BTreeMap::new() })
    }
}

/// Formats a TOML error with its location, in one line.
fn not_toml(text: &str, error: &toml::de::Error) -> RecipeError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    RecipeError::Toml {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        reason: error.message().lines().map(str::trim).collect::<Vec<_>>().join("; "),
    }
}

/// Converts the TOML form to the checked form. Every error names the recipe and the location.
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

    fn variable(&self, table: &VariableTable) -> Result<RecipeVariable, RecipeError> {
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
        Ok(RecipeVariable { name: name.clone(), about: about.clone(), origins })
    }

    fn rule(&self, number: usize, table: &RuleTable, layout: Option<Layout>) -> Result<RecipeRule, RecipeError> {
        let place = format!("rule {number}");
        let expression = |text: &Option<String>| text.as_deref().map(|text| self.expression(&place, text)).transpose();
        let refuse = |source| RecipeError::Expression { recipe: self.recipe.to_owned(), place: place.clone(), source };
        let role = table.role.as_deref().map_or(Ok(Role::default()), str::parse);
        let role = role.map_err(|error| self.format(format!("{place}: {error}")))?;
        if table.init.is_none() && role != Role::Buffer {
            return Err(self.format(format!(
                "{place} has no init; add one, or set role = 'buffer' to leave the values unchanged"
            )));
        }
        let own = table.layout.as_deref().map(|layout| self.layout(layout)).transpose()?;
        Ok(RecipeRule {
            patterns: self.patterns(number, &table.r#match)?,
            when: expression(&table.when)?,
            init: table.init.as_deref().map(Template::parse).transpose().map_err(refuse)?,
            role,
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
    use super::{Recipe, Role};

    fn error(rules: &str) -> String {
        let text = format!("name = 'r'\ntitle = 't'\nsource = 's'\n{rules}");
        text.parse::<Recipe>().expect_err(rules).to_string()
    }

    /// All roles of core can be written in TOML.
    #[test]
    fn roles_have_the_names_of_core() {
        for role in Role::ALL {
            let text = format!(
                "name = 'r'\ntitle = 't'\nsource = 's'\nrules = [{{ match = '*', init = 'ones', role = '{role}' }}]"
            );
            assert_eq!(text.parse::<Recipe>().unwrap().rules()[0].role(), role);
        }
    }

    #[test]
    fn errors_name_the_problem() {
        for (rules, part) in [
            ("rules = [{ match = 'a[', init = 'zeros' }]", "recipe 'r', rule 1: "),
            ("rules = [{ match = 'a', init = 'normal(std = {1 +})' }]", "rule 1: '1 +': expected a number"),
            ("rules = [{ match = 'a', init = 'normal(std = {1)' }]", "rule 1: "),
            ("rules = [{ match = 'a' }]", "rule 1 has no init"),
            ("rules = [{ match = 'a', init = 'zeros', layout = 'xy' }]", "unknown layout 'xy'"),
            ("rules = [{ match = 'a', initializer = 'zeros' }]", "unknown field `initializer`"),
            (
                "rules = [{ match = 'a', init = 'zeros', role = 'king' }]",
                "recipe 'r': rule 1: unknown role 'king'; the roles are weight, bias, norm_gain",
            ),
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
