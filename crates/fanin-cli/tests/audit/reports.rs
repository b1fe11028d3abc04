//! Tests of the contents of reports in every format.

use safetensors::Dtype;
use serde_json::Value;

use super::{healthy, json, sick, write_tensors};
use crate::command::{fanin, folder, stderr, stdout};

#[test]
fn a_healthy_checkpoint_is_clean() {
    let folder = folder();
    healthy(folder.path());
    let output = fanin(folder.path(), &["audit", "healthy.safetensors", "--fail-on", "warn"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_eq!(
        stdout(&output),
        "healthy.safetensors: fresh, 12 of 12 weights look like independent draws\n\
         0 errors, 0 warnings, 0 notes in 12 tensors\n"
    );
    assert!(stderr(&output).is_empty());
}

#[test]
fn findings_are_told_by_tensor_with_what_to_do() {
    let folder = folder();
    sick(folder.path());
    let output = fanin(folder.path(), &["audit", "sick.safetensors"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "\nlayers.0.up.weight\n  error  1 of 8192 values is NaN; the first is element 3 [non-finite]\n",
        "\nlayers.2.up.weight\n  warn   1 of 128 neurons is bit-identical to another: rows 0, 1 [equal-neurons]\n",
        "\nlayers.4.up.weight\n  note   1 of 128 neurons is dead (zero: 0) [dead-rows]\n",
        "non-finite: Go back",
        "fanin explain RULE",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert_eq!(text.lines().last(), Some("1 error, 1 warning, 1 note in 12 tensors"));
    assert!(!text.contains('\u{1b}'), "no colors in a pipe");
}

#[test]
fn notes_of_a_rule_are_one_line_unless_each_is_asked_for() {
    let folder = folder();
    sick(folder.path());
    let row = |dead: usize| -> Vec<u8> {
        (0..256_u16)
            .flat_map(|at| {
                (if usize::from(at / 16) == dead { 0.0 } else { f32::from(at * 199 % 251) - 125.0 }).to_le_bytes()
            })
            .collect()
    };
    let names = ["a.weight", "b.weight", "c.weight", "d.weight", "e.weight"];
    let tensors: Vec<_> =
        names.iter().enumerate().map(|(at, name)| (*name, Dtype::F32, &[16, 16][..], row(at))).collect();
    write_tensors(&folder.path().join("notes.safetensors"), &tensors);
    let run = |more: &[&str]| {
        let arguments = [&["audit", "notes.safetensors", "--select", "dead-rows"], more].concat();
        stdout(&fanin(folder.path(), &arguments)).to_owned()
    };
    let text = run(&[]);
    assert!(
        text.contains("\n  note   5 notes of dead-rows: a.weight, b.weight, c.weight and 2 more; --notes shows each\n"),
        "{text}"
    );
    assert!(
        !text.contains("neurons is dead") && text.ends_with("0 errors, 0 warnings, 5 notes in 5 tensors\n"),
        "{text}"
    );
    let each = run(&["--notes"]);
    assert_eq!(each.matches("1 of 16 neurons is dead").count(), 5, "{each}");
    assert!(!each.contains("notes of"), "{each}");
    assert_eq!(json(&run(&["--json"]))["findings"].as_array().map(Vec::len), Some(5));
}

#[test]
fn json_holds_all_and_threads_change_nothing() {
    let folder = folder();
    sick(folder.path());
    let run =
        |threads: &str| fanin(folder.path(), &["audit", "sick.safetensors", "--json", "--deep", "--threads", threads]);
    let (one, three) = (run("1"), run("3"));
    assert_eq!(stdout(&one), stdout(&three));
    let report = json(stdout(&one));
    assert_eq!((report["stage"].as_str(), report["tensors"].as_u64()), (Some("fresh"), Some(12)));
    assert_eq!(report["files"][0], "sick.safetensors");
    let finding = &report["findings"][0];
    assert_eq!((finding["rule"].as_str(), finding["severity"].as_str()), (Some("non-finite"), Some("error")));
    assert_eq!(
        (finding["tensor"].as_str(), finding["evidence"]["first"].as_u64()),
        (Some("layers.0.up.weight"), Some(3))
    );
    let summary = &report["summary"];
    assert_eq!(
        (summary["errors"].as_u64(), summary["warnings"].as_u64(), summary["notes"].as_u64()),
        (Some(1), Some(1), Some(1))
    );
    assert_eq!(summary["tensors_with_errors_or_warnings"], 2);
    let both = fanin(folder.path(), &["audit", "sick.safetensors", "--format", "json", "--deep", "--threads", "1"]);
    assert_eq!(stdout(&both), stdout(&one));
}

/// Checks the required parts of the SARIF 2.1.0 schema that the report uses, by section of the standard.
#[test]
fn sarif_has_the_structure_of_its_schema() {
    let folder = folder();
    sick(folder.path());
    let log = json(stdout(&fanin(folder.path(), &["audit", "sick.safetensors", "--format", "sarif"])));
    // 3.13: version is required and 2.1.0, $schema is a URI.
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().is_some_and(|uri| uri.starts_with("https://") && uri.contains("sarif-2.1.0")));
    let runs = log["runs"].as_array().expect("3.13.4: an array");
    let [run] = runs.as_slice() else { panic!("one run") };
    let driver = &run["tool"]["driver"];
    assert!(driver["name"].is_string(), "3.19.8");
    let rules = driver["rules"].as_array().expect("3.19.23: an array");
    for rule in rules {
        assert!(rule["id"].is_string(), "3.49.3");
        for message in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[message]["text"].as_str().is_some_and(|text| !text.is_empty()), "3.12.3: {message}");
        }
        let level = rule["defaultConfiguration"]["level"].as_str();
        assert!(matches!(level, Some("error" | "warning" | "note")), "3.50.3: {level:?}");
    }
    let results = run["results"].as_array().expect("3.14.23: an array");
    assert_eq!(results.len(), 3);
    for result in results {
        let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("3.27.6");
        assert_eq!(rules[index]["id"], result["ruleId"], "3.27.5: of the same rule");
        assert!(matches!(result["level"].as_str(), Some("error" | "warning" | "note")), "3.27.10");
        assert!(result["message"]["text"].is_string(), "3.27.11");
        let location = &result["locations"][0];
        assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "sick.safetensors", "3.29.3");
        assert!(
            location["logicalLocations"][0]["fullyQualifiedName"].as_str().is_some_and(|n| n.starts_with("layers."))
        );
        assert!(
            result["partialFingerprints"].as_object().is_some_and(|prints| prints.values().all(Value::is_string)),
            "3.27.17"
        );
    }
}

#[test]
fn markdown_is_a_table() {
    let folder = folder();
    sick(folder.path());
    let output = fanin(folder.path(), &["audit", "sick.safetensors", "--format", "markdown"]);
    let text = stdout(&output);
    assert!(text.starts_with("### fanin audit: 1 error, 1 warning, 1 note in 12 tensors\n"), "{text}");
    assert!(text.contains(
        "| **error** | `layers.0.up.weight` | 1 of 8192 values is NaN; the first is element 3 | `non-finite` |"
    ));
    let rows = text.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count());
    assert!(rows.clone().count() == 5 && rows.into_iter().all(|bars| bars == 5), "{text}");
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = folder();
    let listed = fanin(folder.path(), &["list", "rules"]);
    for rule in fanin_audit::rules() {
        assert!(stdout(&listed).contains(rule.id), "{}", rule.id);
        let page = fanin(folder.path(), &["explain", rule.id]);
        assert!(stdout(&page).contains("Why: ") && stdout(&page).contains("What to do: "), "{}", stdout(&page));
        assert_eq!(json(stdout(&fanin(folder.path(), &["explain", rule.id, "--json"])))["rule"], rule.id);
    }
}

#[test]
fn what_is_not_looked_into_is_told_in_every_format() {
    let folder = folder();
    let tensors = [
        ("a.weight", Dtype::U8, &[4, 4][..], vec![0x7f; 16]),
        ("b.weight", Dtype::I8, &[4, 4][..], vec![1; 16]),
        ("c.weight", Dtype::U8, &[4, 4][..], vec![1; 16]),
        ("bn.num_batches_tracked", Dtype::I64, &[][..], vec![0; 8]),
    ];
    write_tensors(&folder.path().join("m.safetensors"), &tensors);
    write_tensors(&folder.path().join("empty.safetensors"), &[]);
    let told = "skipped 3 tensors of i8, u8 and 1 counter of i64";
    let run = |format: &str| fanin(folder.path(), &["audit", "m.safetensors", "--format", format]);
    let text = stdout(&run("text")).to_owned();
    assert_eq!(text.lines().next(), Some("m.safetensors: no stage: no values"), "{text}");
    let last = "0 errors, 1 warning, 0 notes in 0 tensors; 100 % of the weights were not examined";
    assert_eq!(text.lines().last(), Some(last));
    for format in ["text", "markdown", "sarif"] {
        assert!(stdout(&run(format)).contains(told), "{}", stdout(&run(format)));
    }
    let report = json(stdout(&run("json")));
    assert_eq!((&report["stage"], &report["checkpoints"][0]["stage"]), (&Value::Null, &Value::Null));
    assert_eq!(report["checkpoints"][0]["skipped"]["unread"]["u8"], 2);
    assert_eq!(report["checkpoints"][0]["coverage"]["unexamined"], 48);
    assert_eq!(report["checkpoints"][0]["others"], 4);
    let output = fanin(folder.path(), &["audit", "empty.safetensors"]);
    assert!(stdout(&output).starts_with("empty.safetensors: no stage: no values\n"), "{}", stdout(&output));
}

#[test]
fn what_is_not_examined_can_be_accepted_and_is_still_told() {
    let folder = folder();
    write_tensors(&folder.path().join("m.safetensors"), &[("a.weight", Dtype::U8, &[4, 4], vec![1; 16])]);
    let run = |more: &[&str]| {
        let output = fanin(folder.path(), &[&["audit", "m.safetensors", "--fail-on", "warn"][..], more].concat());
        assert!(stdout(&output).contains("100 % of the weights were not examined"), "{}", stdout(&output));
        output.status.code()
    };
    assert_eq!(run(&[]), Some(1));
    assert_eq!(run(&["--ignore", "not-examined"]), Some(0));
    assert_eq!(run(&["--write-baseline", "known.json"]), Some(1));
    assert_eq!(run(&["--baseline", "known.json"]), Some(0));
}

#[test]
fn the_cost_of_spectra_is_told_to_a_pipe_too() {
    let folder = folder();
    healthy(folder.path());
    let output = fanin(folder.path(), &["audit", "healthy.safetensors", "--deep"]);
    let told = stderr(&output);
    assert!(told.starts_with("fanin: --deep: spectra of ") && told.lines().count() == 1, "{told}");
}

#[test]
fn names_cannot_command_a_terminal() {
    let folder = folder();
    let long = format!("begin.{}.end.weight", "x".repeat(1 << 20));
    let values = || [1.0_f32, f32::NAN].iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let names = ["a\u{202e}thgiew\u{1b}[2J.weight", long.as_str()];
    let tensors: Vec<_> = names.iter().map(|name| (*name, Dtype::F32, &[2][..], values())).collect();
    write_tensors(&folder.path().join("m.safetensors"), &tensors);
    let commands = [
        &["audit", "m.safetensors"][..],
        &["audit", "m.safetensors", "--format", "markdown"],
        &["identify", "m.safetensors"],
        &["diff", "m.safetensors", "other.safetensors"],
        &["explain", "gpt2", "--like", "m.safetensors"],
        &["audit", "m.safetensors", "--recipe", "gpt2"],
    ];
    write_tensors(&folder.path().join("other.safetensors"), &[]);
    for arguments in commands {
        let output = fanin(folder.path(), arguments);
        let told = stdout(&output).to_owned() + stderr(&output);
        assert!(!told.contains(['\u{202e}', '\u{1b}']), "{arguments:?}");
        assert!(told.len() < 20_000, "{arguments:?}: {} bytes", told.len());
    }
    let told = fanin(folder.path(), &["audit", "m.safetensors"]);
    let told = stdout(&told);
    assert!(told.contains("begin.x") && told.contains("x.end.weight"), "{told}");
    assert!(told.contains("[... 1048593 characters ...]"), "{told}");
}
