//! Initializer texts that contain `{expressions}`.

use crate::expression::{Expression, ExpressionError};

/// A text whose `{expressions}` are replaced by numbers: `normal(std = {0.02 / sqrt(2 * layers)})`.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    text: String,
    /// The text before each expression, and the text after the last.
    parts: Vec<(String, Expression)>,
    end: String,
}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, ExpressionError> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, inner)) = rest.split_once('{') {
            let Some((inner, after)) = inner.split_once('}') else {
                let (text, rest) = (text.to_owned(), inner.to_owned());
                return Err(ExpressionError::Syntax { text, expected: "'}' after an expression", rest });
            };
            parts.push((before.to_owned(), Expression::parse(inner)?));
            rest = after;
        }
        Ok(Self { text: text.to_owned(), parts, end: rest.to_owned() })
    }

    /// Returns the original text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the expressions by numbers, formatted so that they parse to the same bits.
    pub(crate) fn fill(&self, value: &dyn Fn(&str) -> Result<f64, ExpressionError>) -> Result<String, ExpressionError> {
        let mut text = String::new();
        for (before, expression) in &self.parts {
            text.push_str(before);
            text.push_str(&expression.value(value)?.to_string());
        }
        text.push_str(&self.end);
        Ok(text)
    }
}
