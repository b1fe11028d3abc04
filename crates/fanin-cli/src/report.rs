//! Reports as values, for programs that use the command as a library.

use std::ffi::OsString;
use std::fmt;

use anstream::adapter::strip_str;
use fanin_core::Plan;
use fanin_recipes::Recipe;

use crate::arguments::{Arguments, Command, ListOfShapes, RecipeSource};
use crate::console::Console;
use crate::failure::Failure;
use crate::{audit, diff, explain, fill, gain, identify};

/// The result of a command in each of its formats.
pub(crate) trait Report {
    /// Formats the report for people, in lines of at most `width` columns.
    fn text(&self, width: Option<usize>) -> String;

    /// Formats the report as JSON.
    fn json(&self) -> Result<String, Failure>;

    fn sarif(&self) -> Option<Result<String, Failure>> {
        None
    }

    fn markdown(&self) -> Option<String> {
        None
    }
}

/// A report as the command prints it to a pipe, in each of its formats.
#[derive(Clone, Debug)]
pub struct PrintedReport {
    /// For people, without colors.
    pub text: String,
    /// JSON.
    pub json: String,
    /// SARIF, if the command has it.
    pub sarif: Option<String>,
    /// Markdown, if the command has it.
    pub markdown: Option<String>,
}

/// Values that stand for files: what a program holds in memory.
#[derive(Clone, Debug, Default)]
pub struct GivenValues {
    /// The recipe, instead of that of `--recipe`.
    pub recipe: Option<Recipe>,
    /// The list of shapes in JSON, instead of the file of `--shapes`.
    pub shapes: Option<String>,
}

/// An error from making a report: one line with the problem and what to do.
#[derive(Clone, Debug)]
pub enum ReportError {
    /// An argument is invalid.
    Argument(String),
    /// The command refused the input or could not read or write a file.
    Refused(String),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Argument(reason) | Self::Refused(reason)) = self;
        f.write_str(reason)
    }
}

impl std::error::Error for ReportError {}

/// Runs `audit`, `diff`, `explain`, `fill`, `gain` or `identify` with the arguments of a process and returns the report.
/// Prints nothing.
///
/// # Errors
/// [`ReportError`] if an argument is invalid, or the command refuses the input. Findings and differences are not errors.
pub fn report(words: &[OsString], given: GivenValues) -> Result<PrintedReport, ReportError> {
    let mut command = Arguments::read(words).map_err(|failure| ReportError::Argument(failure.line()))?.command;
    command.replace(given);
    let refused = |failure: Failure| ReportError::Refused(failure.line());
    run(&command).map_err(refused)?.ok_or_else(|| {
        ReportError::Argument("the command has no report; use audit, diff, explain, fill, gain or identify".to_owned())
    })
}

/// Explains which initializer a plan assigns to each parameter of a model, as `fanin explain RECIPE --shapes FILE` does
/// for a recipe. `shapes` is the list of shapes in JSON.
///
/// # Errors
/// [`ReportError`] if the list is invalid, or the plan does not fit the model.
pub fn explain_plan(plan: &Plan, shapes: &str) -> Result<PrintedReport, ReportError> {
    let page = explain::of_plan(plan, shapes).map_err(|failure| ReportError::Refused(failure.line()))?;
    printed(&page).map_err(|failure| ReportError::Refused(failure.line()))
}

fn run(command: &Command) -> Result<Option<PrintedReport>, Failure> {
    let console = Console::silent();
    let printed = match command {
        Command::Audit(arguments) => printed(&audit::report(arguments, console)?),
        Command::Diff(arguments) => printed(&diff::report(arguments, console)?),
        Command::Explain(arguments) => printed(&explain::page(arguments)?),
        Command::Fill(arguments) => printed(&fill::report(arguments, console)?),
        Command::Gain(arguments) => printed(&gain::report(&arguments.activation)?),
        Command::Identify(arguments) => identify::with_report(arguments, console, |report| printed(report)),
        _ => return Ok(None),
    };
    printed.map(Some)
}

fn printed(report: &impl Report) -> Result<PrintedReport, Failure> {
    Ok(PrintedReport {
        text: strip_str(&report.text(None)).to_string(),
        json: report.json()?,
        sarif: report.sarif().transpose()?,
        markdown: report.markdown(),
    })
}

impl Command {
    /// Replaces the files that arguments name by values.
    fn replace(&mut self, GivenValues { recipe, shapes }: GivenValues) {
        let (of_recipe, of_shapes) = match self {
            Self::Audit(arguments) => (Some(&mut arguments.recipe), None),
            Self::Fill(arguments) => (Some(&mut arguments.recipe), Some(&mut arguments.shapes)),
            Self::Explain(arguments) => (Some(&mut arguments.recipe), Some(&mut arguments.shapes)),
            _ => (None, None),
        };
        if let Some((place, recipe)) = of_recipe.zip(recipe) {
            *place = Some(RecipeSource::Given(Box::new(recipe)));
        }
        if let Some((place, shapes)) = of_shapes.zip(shapes) {
            *place = Some(ListOfShapes::Given(shapes));
        }
    }
}
