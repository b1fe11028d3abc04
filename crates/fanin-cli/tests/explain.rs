//! Tests of `fanin explain` and `fanin list recipes`.

use crate::command::{fanin, folder, stderr, stdout};
use serde_json::Value;

const SHAPES: &str = r#"{
    "wte.weight": [50, 8],
    "h.0.ln_1.weight": {"shape": [8], "dtype": "F32"},
    "h.0.attn.c_attn.weight": [8, 24],
    "h.0.attn.bias": [1, 1, 16, 16],
    "h.0.mlp.c_proj.weight": [32, 8],
    "h.1.ln_1.weight": [8]
}"#;

#[test]
fn recipes_are_listed_and_described() {
    let folder = folder();
    let listed = fanin(folder.path(), &["list", "recipes"]);
    for name in fanin_recipes::names() {
        assert!(stdout(&listed).contains(name), "{name}");
        let page = fanin(folder.path(), &["explain", name]);
        assert_eq!(page.status.code(), Some(0), "{name}: {}", stderr(&page));
        assert!(stdout(&page).contains("Source: ") && stdout(&page).contains("  1. "), "{}", stdout(&page));
    }
    let page = fanin(folder.path(), &["explain", "mup", "--json"]);
    let page: Value = serde_json::from_str(stdout(&page)).expect("JSON and nothing else");
    assert_eq!(page["recipe"], "mup");
    assert!(page["rules"].as_array().is_some_and(|rules| rules.iter().any(|rule| rule["learning_rate"] == "1 / m")));
}

#[test]
fn a_model_is_explained_parameter_by_parameter() {
    let folder = folder();
    std::fs::write(folder.path().join("shapes.json"), SHAPES).expect("written");
    let output = fanin(folder.path(), &["explain", "gpt2", "--shapes", "shapes.json"]);
    let text = stdout(&output);
    for part in [
        "layers = 2",
        "h.0.mlp.c_proj.weight [32, 8]\n    normal(std = 0.01); mean 0, std 0.010000; rule 1",
        "not initialized",
    ] {
        assert!(text.contains(part), "{part} in\n{text}{}", stderr(&output));
    }
    let output = fanin(folder.path(), &["explain", "gpt2", "--shapes", "shapes.json", "--set", "layers=8", "--json"]);
    let page: Value = serde_json::from_str(stdout(&output)).expect("JSON and nothing else");
    assert_eq!((page["variables"]["layers"].as_f64(), page["parameters"][4]["std"].as_f64()), (Some(8.0), Some(0.005)));
    assert!(page["parameters"][3]["initializer"].is_null());
}

#[test]
fn a_checkpoint_serves_as_the_model() {
    let folder = folder();
    let sample = [
        "sample",
        "--init",
        "zeros",
        "--shape",
        "4,3",
        "--name",
        "model.embed_tokens.weight",
        "--out",
        "model.safetensors",
    ];
    assert_eq!(fanin(folder.path(), &sample).status.code(), Some(0));
    for like in ["model.safetensors", "."] {
        let output = fanin(folder.path(), &["explain", "llama", "--like", like]);
        assert!(
            stdout(&output).contains("model.embed_tokens.weight [4, 3]\n    normal(std = 0.02)"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn a_recipe_of_ones_own_is_a_file() {
    let folder = folder();
    let recipe =
        "name = 'own'\ntitle = 'one'\nsource = 'me'\nlayout = 'oi'\nrules = [{ match = '*', init = 'he_normal' }]";
    std::fs::write(folder.path().join("own.toml"), recipe).expect("written");
    std::fs::write(folder.path().join("shapes.json"), r#"{"w": [4, 8]}"#).expect("written");
    let output = fanin(folder.path(), &["explain", "own.toml", "--shapes", "shapes.json"]);
    assert!(
        stdout(&output).contains("he_normal; mean 0, std 0.500000; rule 1, *"),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}

#[test]
fn initializers_and_activations_have_pages() {
    let folder = folder();
    for (name, part) in [("he_normal", "fan_in"), ("kaiming_normal", "Also: kaiming_normal"), ("relu", "Kinks: at 0")] {
        let output = fanin(folder.path(), &["explain", name]);
        assert!(stdout(&output).contains(part), "{name}: {}{}", stdout(&output), stderr(&output));
        let output = fanin(folder.path(), &["explain", name, "--json"]);
        assert!(serde_json::from_str::<Value>(stdout(&output)).is_ok_and(|page| page.is_object()), "{name}");
    }
}

/// Every listed initializer has a complete page under each of its names: formula, distribution, shapes, errors,
/// caution, example, source.
#[test]
fn every_initializer_has_a_whole_page() {
    let folder = folder();
    let listed = fanin(folder.path(), &["list", "initializers"]);
    for entry in fanin_core::text::catalog() {
        assert!(
            stdout(&listed).lines().any(|line| line.split('(').next() == Some(entry.name)),
            "{} is not listed",
            entry.name
        );
        for name in entry.aliases.iter().chain([&entry.name]) {
            let page = fanin(folder.path(), &["explain", name]);
            let page = stdout(&page);
            for part in ["Distribution: ", "Shapes: ", "Errors: ", "Caution: ", "Example: ", "Source: "] {
                let line = page.lines().find_map(|line| line.strip_prefix(part));
                assert!(line.is_some_and(|line| !line.trim().is_empty()), "{name} has no {part}\n{page}");
            }
            assert!(page.contains(entry.formula), "{page}");
        }
    }
}

#[test]
fn errors_are_one_line_with_a_remedy() {
    let folder = folder();
    std::fs::write(folder.path().join("shapes.json"), SHAPES).expect("written");
    for (arguments, part) in [
        (&["explain", "gtp2"][..], "did you mean 'gpt2'?"),
        (&["explain", "nothing_of_the_kind"], "is not an initializer, activation, recipe or audit rule"),
        (&["explain", "no.toml"], "the recipe no.toml cannot be read"),
        (&["explain", "relu", "--shapes", "shapes.json"], "'relu' is not a recipe"),
        (&["explain", "gpt2", "--set", "layers=2"], "use --like or --shapes"),
        (&["explain", "gpt2", "--shapes", "shapes.json", "--set", "layers"], "use a name and a number"),
        (&["explain", "gpt2", "--shapes", "shapes.json", "--set", "heads=2"], "no variable 'heads'; it has layers"),
        (&["explain", "gpt2", "--shapes", "shapes.json", "--set", "layers=1", "--set", "layers=2"], "twice"),
        (&["explain", "llama", "--shapes", "none.json"], "none.json cannot be read"),
        (&["explain", "mup", "--shapes", "shapes.json"], "base_width"),
        (&["explain", "t5", "--shapes", "shapes.json"], "matches wte.weight"),
    ] {
        let output = fanin(folder.path(), arguments);
        let (code, text) = (output.status.code(), stderr(&output));
        assert!(code == Some(2) && text.contains(part) && text.lines().count() == 1, "{arguments:?}: {code:?} {text}");
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
}

/// A PyTorch file that stores two names in one storage.
#[test]
fn ties_are_shown() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../fanin-checkpoint/tests/fixtures/tied.pt");
    let folder = folder();
    let rules = "name = 'own'\ntitle = 'o'\nsource = 'o'\nlayout = 'oi'\nrules = [{ match = '*', init = 'normal' }]";
    std::fs::write(folder.path().join("own.toml"), rules).expect("written");
    let output = fanin(folder.path(), &["explain", "own.toml", "--like", fixture]);
    assert!(stdout(&output).contains("head [2, 3]\n    tied to embed, with the same values\n"), "{}", stdout(&output));
    let output = fanin(folder.path(), &["explain", "own.toml", "--like", fixture, "--json"]);
    let json: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    assert_eq!(
        (json["parameters"][1]["name"].as_str(), json["parameters"][1]["tied_to"].as_str()),
        (Some("head"), Some("embed"))
    );
}
