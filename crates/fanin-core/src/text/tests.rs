use super::*;

/// Returns a text with all required arguments: the name alone, or the entry's example if that has arguments.
fn smallest(entry: &Entry) -> String {
    if entry.arguments().is_empty() || !entry.example.contains('(') {
        entry.name.to_owned()
    } else {
        entry.example.to_owned()
    }
}

#[test]
fn every_entry_and_alias_parses_and_round_trips() {
    for entry in catalog() {
        for name in entry.aliases.iter().chain([&entry.name]) {
            let text = smallest(entry).replacen(entry.name, name, 1);
            let printed = parse(&text).unwrap().text().unwrap();
            assert_eq!(parse(&printed).unwrap().text().unwrap(), printed, "{text}");
        }
        let printed = parse(entry.example).unwrap().text().unwrap();
        assert_eq!(parse(&printed).unwrap().text().unwrap(), printed, "{}", entry.example);
    }
}

/// `INITIALIZERS.md` compares names with those of other libraries: its table has one row per entry, generated from the
/// declarations. `FANIN_REWRITE=1 cargo test -p fanin-core initializers_md` writes it.
#[test]
fn initializers_md_has_the_table_of_the_entries() {
    const BEGIN: &str =
        "<!-- generated from the entries: FANIN_REWRITE=1 cargo test -p fanin-core initializers_md -->\n";
    const END: &str = "<!-- end of the generated table -->\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/INITIALIZERS.md");
    let file = std::fs::read_to_string(path).unwrap();
    let (before, rest) = file.split_once(BEGIN).expect("the comment before the table");
    let (table, after) = rest.split_once(END).expect("the comment after the table");
    let wanted = table_of_names();
    if std::env::var_os("FANIN_REWRITE").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(table, wanted, "run FANIN_REWRITE=1 cargo test -p fanin-core initializers_md");
    }
    for note in catalog().iter().flat_map(|entry| entry.elsewhere.cells()).flat_map(|cell| cell.split("[^").skip(1)) {
        let note = note.split(']').next().unwrap_or_default();
        assert!(after.contains(&format!("\n[^{note}]: ")), "INITIALIZERS.md has no footnote {note}");
    }
}

fn table_of_names() -> String {
    let row = |entry: &&Entry| {
        let names = [format!("`{}`", entry.signature())];
        let names: Vec<String> = names.into_iter().chain(entry.aliases.iter().map(|a| format!("`{a}`"))).collect();
        let cells = entry.elsewhere.cells().map(|cell| if cell.is_empty() { "-" } else { cell });
        format!("| {} | {} |\n", names.join(", "), cells.join(" | "))
    };
    let rows: Vec<String> = catalog().iter().map(row).collect();
    format!("| fanin | torch | jax, Flax | Keras | candle | burn |\n|---|---|---|---|---|---|\n{}", rows.concat())
}

#[test]
fn pages_are_whole_and_names_are_unique() {
    let mut names = std::collections::HashSet::new();
    for entry in catalog() {
        for name in entry.aliases.iter().chain([&entry.name]) {
            assert!(names.insert(*name), "{name} twice");
        }
        let &&Entry { summary, formula, distribution, shapes, errors, caution, source, example, .. } = entry;
        for text in [summary, formula, distribution, shapes, errors, caution, source, example] {
            assert!(!text.is_empty() && text.trim() == text, "{}: '{text}'", entry.name);
        }
        assert!(entry.example.starts_with(entry.name), "{}", entry.example);
    }
}

#[test]
fn declared_arguments_are_the_defaults() {
    for entry in catalog().iter().filter(|entry| entry.arguments().contains('=')) {
        // Required arguments get a value of their type.
        let given = |name: &str| match name {
            "first, second, ..." => "eye, zeros",
            "inner" | "first" | "second" | "mask" => "eye",
            _ => "0.25",
        };
        let required =
            entry.defaults().filter(|(_, default)| default.is_none()).map(|(name, _)| given(name).to_owned());
        let required: Vec<String> = required.collect();
        let spelled = entry.defaults().filter_map(|(name, default)| Some(format!("{name} = {}", default?)));
        // One for each part.
        let spelled = spelled.map(|argument| argument.replace("[1, 1, ...]", "[1, 1]"));
        let spelled: Vec<String> = required.iter().cloned().chain(spelled).collect();
        let text =
            |arguments: &[String]| parse(&format!("{}({})", entry.name, arguments.join(", "))).unwrap().text().unwrap();
        assert_eq!(text(&spelled), text(&required), "{}", entry.name);
    }
}

/// Builders take exactly the declared arguments, in declared order: the error about a surplus argument lists what was
/// taken.
#[test]
fn builders_take_the_declared_arguments() {
    for entry in catalog() {
        let inner = entry.example.split_once('(').map_or("", |(_, rest)| rest.strip_suffix(')').unwrap_or(rest));
        let text = format!("{}({inner}{}no_such_argument = 1)", entry.name, if inner.is_empty() { "" } else { ", " });
        let Err(TextError::UnknownArgument { declared, .. }) = parse(&text) else { panic!("{text}") };
        assert_eq!(declared, entry.defaults().map(|(name, _)| name).collect::<Vec<_>>(), "{}", entry.name);
    }
}

#[test]
fn one_canonical_print() {
    for (text, canonical) in [
        ("normal( std=0.010 )", "normal(std = 0.01)"),
        ("normal(0, 1)", "normal"),
        ("gaussian(1, 2)", "normal(mean = 1, std = 2)"),
        ("constant(value = 0.1)", "constant(0.1)"),
        ("xavier_uniform(gain = 2)", "glorot_uniform(gain = 2)"),
        ("kaiming_normal(mode = fan_out)", "he_normal(mode = fan_out)"),
        ("variance_scaling(scale = 2, mode = fan_out)", "variance_scaling(scale = 2, mode = fan_out)"),
        ("variance_scaling(scale = 1, mode = fan_avg, distribution = uniform)", "glorot_uniform"),
        ("variance_scaling(distribution = normal)", "lecun_normal"),
        ("truncated_normal(low = -inf, high = 3)", "truncated_normal(low = -inf, high = 3)"),
        ("truncated_normal(std = 0.02, corrected = false)", "truncated_normal(std = 0.02, corrected = false)"),
        ("uniform(low = -1.0)", "uniform(low = -1)"),
        ("centre(eye)", "center(eye)"),
        ("orthogonal(0.5)", "orthogonal(gain = 0.5)"),
        ("lstm_bias(2)", "lstm_bias(forget = 2)"),
        (
            "truncated_normal(std = .02, bounds = absolute, corrected = false)",
            "truncated_normal(std = 0.02, corrected = false, bounds = absolute)",
        ),
        ("variance_scaling(scale = 0.3333333333333333, distribution = uniform)", "fan_in_uniform"),
        ("identity()", "eye"),
        ("scaled( eye(), gain=0.5 )", "scaled(eye, gain = 0.5)"),
        ("masked(normal(0, 0.5), bernoulli(p = 0.1))", "masked(normal(std = 0.5), bernoulli(0.1))"),
        ("packed(he_normal(), parts = [4,1,1,], axis = 0)", "packed(he_normal, parts = [4, 1, 1], axis = 0)"),
        ("packed(glorot_uniform, [1, 1, 1])", "packed(glorot_uniform)"),
        ("lstm_gates(glorot_uniform)", "packed(glorot_uniform, parts = [1, 1, 1, 1])"),
        ("per_slice(zeros, ones, zeros)", "per_slice(zeros, ones, zeros)"),
        ("embedding", "embedding(normal)"),
        ("sum(eye, scaled(normal, 0.1))", "sum(eye, scaled(normal, gain = 0.1))"),
    ] {
        assert_eq!(parse(text).unwrap().text().unwrap(), canonical);
    }
}

#[test]
fn errors_name_the_problem() {
    for (text, words) in [
        ("he_norml", "did you mean 'he_normal'?"),
        ("kaiming", "did you mean 'he_normal' or 'he_uniform'?"),
        ("cauchy", "the initializers are zeros, ones"),
        ("normal(0.02)", "normal(0.02) is ambiguous; write normal(mean = 0.02) or normal(std = 0.02)"),
        ("gaussian(0.02)", "gaussian(mean = 0.02) or gaussian(std = 0.02)"),
        ("uniform(-1)", "write uniform(low = -1) or uniform(high = -1)"),
        ("truncated_normal(0.02, corrected = false)", "std = 0.02), truncated_normal(low = 0.02) or"),
        ("scaled(normal(0.02))", "normal(std = 0.02)"),
        ("normal(std = 1", "add ')' at the end"),
        ("normal(std = -1)", "std = -1"),
        ("normal(std = nan)", "std = NaN"),
        ("normal(mean = inf)", "mean = inf"),
        ("normal(sd = 1)", "no argument 'sd'; did you mean 'std'? its arguments are mean, std"),
        ("normal(width = 1)", "no argument 'width'; its arguments are mean, std"),
        ("zeros(1)", "it takes none"),
        ("constant", "value is missing"),
        ("uniform(2, 1)", "low = 2"),
        ("truncated_normal(low = 2, high = 2)", "low = 2"),
        ("variance_scaling(mode = fan)", "fan_geo_avg"),
        ("variance_scaling(scale = 0)", "scale = 0"),
        ("scaled", "inner is missing"),
        ("scaled(0.5)", "inner = 0.5 is not an initializer"),
        ("scaled(normal(std = -1))", "std = -1"),
        ("scaled(nrmal)", "did you mean 'normal'?"),
        ("normal(std = zeros())", "std = zeros() is not a number"),
        ("scaled(eye, gain = -1)", "gain = -1"),
        ("packed(eye, parts = 3)", "a list of whole numbers"),
        ("packed(eye, parts = [1, 0])", "[1, 0]"),
        ("packed(eye, parts = [])", "[]"),
        ("packed(eye, repeat = 0)", "repeat = 0"),
        ("packed(eye, axis = left)", "axis = left"),
        ("per_slice(eye, zeros, parts = [1])", "one size per initializer"),
        ("sparse(1.5)", "fraction = 1.5"),
        ("siren(omega = 0)", "omega = 0"),
        ("log_uniform(0, 1)", "low = 0"),
        ("log_uniform(2, 1)", "low < high"),
        ("block_diagonal(eye, blocks = 0)", "blocks = 0"),
        ("lstm_bias(order = fogi)", "ifgo, iofg, igfo"),
        ("truncated_normal(std = 2, bounds = absolute, low = -1, high = 1)", "use a smaller std"),
        ("truncated_normal(3, std = 0, bounds = absolute)", "mean = 3"),
    ] {
        let message = parse(text).unwrap_err().to_string();
        assert!(message.contains(words), "{text}: {message}");
    }
}

#[test]
fn names_of_other_libraries_are_understood() {
    for (word, names) in [
        ("kaiming", &["he_normal", "he_uniform"][..]),
        ("xavier", &["glorot_normal", "glorot_uniform"]),
        ("he", &["he_normal", "he_uniform"]),
        ("glorot", &["glorot_normal", "glorot_uniform"]),
        ("trunc_normal", &["truncated_normal"]),
        ("trunc_normal_", &["truncated_normal"]),
        ("HeNormal", &["he_normal"]),
        ("RandomNormal", &["normal"]),
        ("kaiming_uniform_", &["he_uniform"]),
        ("Randn", &["normal"]),
        ("Kaiming", &["he_normal", "he_uniform"]),
        ("orthogonl", &["orthogonal"]),
        ("", &[]),
        ("cauchy", &[]),
    ] {
        assert_eq!(suggestions(word), names, "{word}");
    }
}
