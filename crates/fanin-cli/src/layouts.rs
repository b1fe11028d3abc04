//! The option `--layout [PATTERN=]LAYOUT`.

use fanin_core::Layout;
use fanin_core::resolve::Pattern;

use crate::failure::Failure;

/// Parses layouts by name pattern, to be tried in order. A layout without a pattern is tried after those with one.
pub(crate) fn parse(texts: &[String]) -> Result<Vec<(Pattern, Layout)>, Failure> {
    let (mut layouts, mut of_all) = (Vec::new(), None);
    for text in texts {
        let (pattern, layout) = match text.rsplit_once('=') {
            Some((pattern, layout)) => (Some(pattern.trim()), layout),
            None => (None, text.as_str()),
        };
        let refuse = |reason: String| Failure::usage(format!("--layout {text}: {reason}"));
        let layout: Layout = layout.trim().parse().map_err(refuse)?;
        match pattern {
            Some(pattern) => layouts.push((Pattern::new(pattern).map_err(|error| refuse(error.to_string()))?, layout)),
            None => {
                let before = of_all.replace(layout).filter(|before| *before != layout);
                if let Some(before) = before {
                    return Err(refuse(format!(
                        "{before} is already set for all tensors; add a pattern to one of them"
                    )));
                }
            }
        }
    }
    if let Some(layout) = of_all {
        layouts.push((Pattern::new("*").map_err(Failure::internal)?, layout));
    }
    Ok(layouts)
}
