//! Suggestions for unknown names.

/// Returns the known names nearest to `word` by Damerau-Levenshtein distance, at most three. Only names within three
/// edits and half of their own length count. Ignores case, `_` and `-`.
///
/// ```
/// use fanin_core::message::nearest;
///
/// assert_eq!(nearest("gleu", ["gelu", "relu"]), ["gelu"]);
/// assert_eq!(nearest("GPT-2", ["gpt2", "gpt_neox"]), ["gpt2"]);
/// assert!(nearest("softmax", ["gelu", "relu"]).is_empty());
/// ```
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = plain(word);
    let near = |name: &'a str| (strsim::damerau_levenshtein(&word, &plain(name)), name);
    let mut near: Vec<_> = known.into_iter().map(near).collect();
    near.retain(|(distance, name)| *distance <= 3 && *distance <= name.len() / 2);
    let least = near.iter().map(|(distance, _)| *distance).min();
    near.retain(|(distance, _)| Some(*distance) == least);
    near.into_iter().map(|(_, name)| name).take(3).collect()
}

/// Returns the "did you mean" question of an error message: suggests the known names that begin with `word`, else the
/// [`nearest`]. Empty if there are none.
///
/// ```
/// use fanin_core::message::did_you_mean;
///
/// assert_eq!(did_you_mean("kaiming", ["kaiming_normal", "kaiming_uniform"]), "did you mean 'kaiming_normal' or 'kaiming_uniform'? ");
/// assert_eq!(did_you_mean("gpt-2", ["gpt2", "llama"]), "did you mean 'gpt2'? ");
/// assert_eq!(did_you_mean("softmax", ["gelu", "relu"]), "");
/// ```
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let beginning = plain(word);
    let begins = |name: &&str| beginning.len() > 1 && plain(name).starts_with(&beginning);
    let begun: Vec<&str> = known.iter().copied().filter(begins).take(3).collect();
    let names = if begun.is_empty() { nearest(word, known) } else { begun };
    if names.is_empty() {
        return String::new();
    }
    format!("did you mean {}? ", alternatives(names.iter().map(|name| format!("'{name}'"))))
}

/// Joins alternatives: `a`, `a or b`, `a, b or c`.
pub(crate) fn alternatives(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match &items[..] {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => items.concat(),
    }
}

/// Normalizes a name: lower case, without separators.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_suggested() {
        let known =
            ["gpt2", "gelu", "he_normal", "he_uniform", "kaiming_normal", "kaiming_uniform", "near-twins", "mup"];
        for (word, question) in [
            ("gpt-2", "did you mean 'gpt2'? "),
            ("GPT2", "did you mean 'gpt2'? "),
            ("gtp2", "did you mean 'gpt2'? "),
            ("he", "did you mean 'he_normal' or 'he_uniform'? "),
            ("kaiming", "did you mean 'kaiming_normal' or 'kaiming_uniform'? "),
            ("he_norml", "did you mean 'he_normal'? "),
            ("HeNormal", "did you mean 'he_normal'? "),
            ("near_twin", "did you mean 'near-twins'? "),
            ("gleu", "did you mean 'gelu'? "),
            ("m", ""),
            ("", ""),
            ("nothing_of_the_kind", ""),
        ] {
            assert_eq!(did_you_mean(word, known), question, "{word}");
        }
    }
}
