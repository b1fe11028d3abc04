//! Tensor names, taken apart. Knows no meaning of any word.

/// The components between dots and slashes.
pub(crate) fn components(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split(['.', '/'])
}

/// The last component, without the output number that TensorFlow appends (`kernel:0`).
pub(crate) fn leaf(name: &str) -> &str {
    let leaf = &name[module(name).len()..];
    // Names of ONNX begin like `onnx::MatMul_12`.
    match leaf.rsplit_once(':') {
        Some((before, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => leaf,
    }
}

/// Everything before the last component, with the separator.
pub(crate) fn module(name: &str) -> &str {
    &name[..name.rfind(['.', '/']).map_or(0, |at| at + 1)]
}

/// The words of a component in lower case: `MoeBlock_0` is `moe`, `block`, `0`, and `gate_up_proj` is `gate`, `up`, `proj`.
pub(crate) fn words(component: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_is_lower = false;
    for character in component.chars() {
        let begins = character.is_uppercase() && before_is_lower;
        if begins || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        before_is_lower = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The numbers in a name, in order. Numbers of more than 18 digits count as the largest.
pub(crate) fn numbers(name: &str) -> Vec<u64> {
    let digits = name.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty());
    digits.map(|digits| digits.parse().unwrap_or(u64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!((module("a.b/kernel:0"), leaf("a.b/kernel:0")), ("a.b/", "kernel"));
        assert_eq!((module("w"), leaf("w")), ("", "w"));
        assert_eq!(leaf("onnx::MatMul_12"), "onnx::MatMul_12");
        assert_eq!(words("MoeBlock_0"), ["moe", "block", "0"]);
        assert_eq!(words("gate_up-proj"), ["gate", "up", "proj"]);
        assert!(words("__").is_empty());
        assert_eq!(numbers("layers.3.fc12"), [3, 12]);
    }
}
