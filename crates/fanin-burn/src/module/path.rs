//! The place in a module during a traversal.

/// The names and container types on the way from a module to a parameter.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    names: Vec<String>,
    containers: Vec<String>,
}

impl Path {
    /// Follows [`enter_module`](burn_core::module::ModuleVisitor::enter_module).
    pub(super) fn enter(&mut self, name: &str, container: &str) {
        // PyTorch's paths have no variants.
        if !is_variant(container) {
            self.names.push(name.to_owned());
        }
        self.containers.push(container.to_owned());
    }

    /// Follows [`exit_module`](burn_core::module::ModuleVisitor::exit_module).
    pub(super) fn exit(&mut self, container: &str) {
        if !is_variant(container) {
            self.names.pop();
        }
        self.containers.pop();
    }

    /// Returns the names, joined by dots.
    pub(super) fn dotted(&self) -> String {
        self.names.join(".")
    }

    /// Returns the field of the parameter, and the type of the innermost module that holds it, skipping collections:
    /// `weight` and `Linear`.
    pub(super) fn field(&self) -> (&str, Option<&str>) {
        let kinds = ["Struct:", "Enum:"];
        let named = |container: &'_ String| kinds.iter().any(|kind| container.starts_with(kind));
        let innermost = self.containers.iter().rev().find(|container| named(container));
        let kind = innermost.and_then(|container| container.split_once(':')).map(|(_, kind)| kind);
        (self.names.last().map_or("", String::as_str), kind)
    }

    /// Returns the names, joined by dots, with another last one.
    pub(super) fn renamed(&self, last: &str) -> String {
        let names = self.names.split_last().map_or(&[][..], |(_, before)| before);
        names.iter().map(String::as_str).chain([last]).collect::<Vec<_>>().join(".")
    }
}

fn is_variant(container: &str) -> bool {
    container.starts_with("Enum:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_add_no_name_and_collections_no_type() {
        let mut path = Path::default();
        let steps = [
            ("blocks", "Struct:Net"),
            ("3", "Vec"),
            ("Norm", "Enum:Block"),
            ("gamma", "Struct:LayerNorm"),
            ("0", "Array"),
        ];
        for (name, container) in steps {
            path.enter(name, container);
        }
        assert_eq!(path.dotted(), "blocks.3.gamma.0");
        assert_eq!(path.field(), ("0", Some("LayerNorm")));
        path.exit("Array");
        assert_eq!(
            (path.field(), path.renamed("weight")),
            (("gamma", Some("LayerNorm")), "blocks.3.weight".to_owned())
        );
        for (_, container) in steps[..4].iter().rev() {
            path.exit(container);
        }
        assert_eq!((path.dotted().as_str(), path.field()), ("", ("", None)));
    }
}
