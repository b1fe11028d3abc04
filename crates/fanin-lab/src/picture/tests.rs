//! The picture as a whole.

use resvg::usvg::{Group, Node, Options, Rect, Tree};

use super::made_up::{Story, default_run, run};
use super::*;

/// Edge cases of runs, each with a name.
fn edge_runs() -> Vec<(&'static str, RunRecord)> {
    let learning = [("glorot_normal", Story::Learning)];
    let every: Vec<_> = (0..8).map(|index| (NAMES[index], Story::ALL[index % Story::ALL.len()])).collect();
    let with = |change: &dyn Fn(&mut RunRecord)| {
        let mut run = run(&[2, 3, 1], 30, 3, &[("zeros", Story::OneNeuron), ("he_normal", Story::Learning)]);
        change(&mut run);
        run
    };
    let losses = |run: &mut RunRecord, loss: &dyn Fn(usize, usize) -> Option<f64>| {
        for (index, lane) in run.lanes.iter_mut().chain(&mut run.control).enumerate() {
            let steps = lane.losses.len();
            lane.losses = (0..steps).map(|step| loss(index, step)).collect();
            lane.final_loss = loss(index, steps);
        }
    };
    vec![
        ("eight initializers, six layers, ten seeds", run(&[784, 256, 128, 64, 64, 32, 16, 10], 900, 10, &every)),
        ("nine layers", run(&[8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 3], 40, 2, &learning)),
        ("no hidden layer", run(&[64, 10], 50, 3, &[("zeros", Story::Learning), ("normal", Story::Diverged)])),
        ("one step", run(&[2, 2, 1], 1, 1, &learning)),
        ("no step", run(&[2, 2, 1], 0, 1, &learning)),
        ("one neuron", run(&[1, 1, 1], 5, 1, &[("zeros", Story::Frozen)])),
        ("a wide layer", run(&[2, 3000, 1], 10, 1, &[("zeros", Story::OneNeuron), ("he_normal", Story::Learning)])),
        ("all diverged", run(&[4, 4, 2], 60, 2, &[("normal(std = 10)", Story::Diverged)])),
        ("nothing", run(&[2, 2, 1], 10, 0, &[])),
        ("no seed", run(&[2, 2, 1], 10, 0, &learning)),
        ("equal losses", with(&|run| losses(run, &|_, _| Some(0.5)))),
        ("zero losses", with(&|run| losses(run, &|_, _| Some(0.0)))),
        ("no losses", with(&|run| losses(run, &|_, _| None))),
        (
            "losses from 1e-300 to 1e30",
            with(&|run| losses(run, &|_, step| Some(10_f64.powf(30.0 - 11.0 * number::real(step))))),
        ),
        ("losses that overflow", with(&|run| losses(run, &|index, _| Some([f64::MAX, f64::MIN, 1.0][index % 3])))),
        (
            "losses that are no numbers",
            with(&|run| losses(run, &|index, step| Some([f64::NAN, 1.0][(index + step) % 2]))),
        ),
        ("one seed that goes astray", with(&|run| losses(run, &|index, _| (index != 1).then_some(2.0)))),
        ("fewer losses than steps", with(&|run| run.lanes[0].losses.truncate(3))),
        ("fewer lanes than promised", with(&|run| run.lanes.truncate(4))),
        ("tiny paths", with(&|run| scale_paths(run, 1e-300))),
        ("huge paths", with(&|run| scale_paths(run, 1e308))),
        ("paths that are no numbers", with(&|run| scale_paths(run, f64::NAN))),
        (
            "empty paths",
            with(&|run| {
                for paths in run.lanes.iter_mut().filter_map(|lane| lane.paths.as_mut()) {
                    paths.neurons.iter_mut().for_each(|neuron| neuron.points.clear());
                }
            }),
        ),
        (
            "empty histograms",
            with(&|run| {
                for histogram in run.lanes.iter_mut().flat_map(|lane| &mut lane.activations) {
                    histogram.start.counts.clear();
                    (histogram.end.low, histogram.end.high) = (f64::NAN, f64::NAN);
                }
                run.arguments.activations = vec!["relu".to_owned()];
            }),
        ),
        (
            "odd texts",
            with(&|run| {
                run.arguments.initializers[0] = "a very long name ".repeat(40);
                run.arguments.control[0] = "<&\"'>\u{0}\u{1b}[31m]]>".to_owned();
                run.data.name = "données/手書き数字 – مرحبا \u{1F600}.csv".to_owned();
                run.data.source = "word".repeat(400);
                run.arguments.optimizer = String::new();
                run.lanes[0].verdict = "something new".to_owned();
            }),
        ),
    ]
}

const NAMES: [&str; 8] = [
    "zeros",
    "constant(value = 0.1)",
    "normal(std = 0.01)",
    "variance_scaling(scale = 2, mode = fan_avg, distribution = truncated_normal, low = -2, high = 2)",
    "glorot_normal",
    "lecun_uniform",
    "orthogonal",
    "uniform(low = -0.05, high = 0.05)",
];

fn scale_paths(run: &mut RunRecord, factor: f64) {
    let paths = run.lanes.iter_mut().filter_map(|lane| lane.paths.as_mut());
    for value in paths.flat_map(|paths| &mut paths.neurons).flat_map(|neuron| &mut neuron.points).flatten() {
        *value *= factor;
    }
}

fn tree(svg: &str) -> Tree {
    Tree::from_str(svg, &Options { fontdb: font::database(), ..Options::default() }).unwrap()
}

/// Returns the texts of a drawing with their positions on the sheet.
fn texts(run: &RunRecord) -> Vec<(String, Rect)> {
    fn collect(group: &Group, texts: &mut Vec<(String, Rect)>) {
        for node in group.children() {
            match node {
                Node::Group(group) => collect(group, texts),
                Node::Text(text) => {
                    let words = text.chunks().iter().map(resvg::usvg::TextChunk::text).collect();
                    texts.push((words, text.abs_bounding_box()));
                }
                _ => {}
            }
        }
    }
    let (drawing, height) = drawing(run).unwrap();
    let mut texts = Vec::new();
    collect(tree(&outline::in_pixels(&drawing, height)).root(), &mut texts);
    texts
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(draw(&default_run()).unwrap(), draw(&default_run()).unwrap());
}

#[test]
fn the_svg_is_whole_small_and_needs_no_font() {
    let picture = draw(&default_run()).unwrap();
    let svg = picture.svg();
    assert!(!svg.contains("<text") && !svg.contains("font-family"));
    assert!(svg.len() < 800_000, "{} bytes", svg.len());
    let size = tree(svg).size();
    assert!((size.width() - 1200.0).abs() < 1e-3, "{size:?}");
}

#[test]
fn a_reader_that_cannot_see_hears_what_happened() {
    let picture = draw(&default_run()).unwrap();
    let svg = picture.svg();
    let (_, description) = svg.split_once("<desc id=\"description\">").unwrap();
    let (description, _) = description.split_once("</desc>").unwrap();
    assert!(svg.contains("role=\"img\"") && svg.contains("<title id=\"title\">"));
    for start in &default_run().arguments.initializers {
        assert!(description.contains(&format!("From {start}: final loss ")), "{start}: {description}");
    }
    for words in ["64-32-32-32-10 tanh", "distinct neurons 1 of 32, verdict frozen", "verdict learning", "The control"]
    {
        assert!(description.contains(words), "{words}: {description}");
    }
}

#[test]
fn equal_neurons_are_counted() {
    let texts = texts(&default_run());
    let times = |words: &str| texts.iter().filter(|(text, _)| text == words).count();
    // Zeros and the constant have one path each; the other three have as many paths as neurons.
    assert_eq!((times("×32"), times("32 neurons on 1 path"), times("32 neurons on 32 paths")), (2, 2, 3));
    assert_eq!((times("1 of 32"), times("32 of 32")), (2, 3));
}

#[test]
fn a_curve_that_diverges_says_so() {
    let run = run(&[4, 4, 2], 100, 3, &[("glorot_normal", Story::Learning), ("normal(std = 9)", Story::Diverged)]);
    let texts = texts(&run);
    // The story's losses end before 3/10 of the steps.
    assert!(texts.iter().any(|(text, _)| text == "× diverged, step 29"), "{texts:?}");
    assert!(texts.iter().any(|(text, _)| text == "diverged"));
}

#[test]
fn no_text_lies_on_another() {
    let mut overlaps = Vec::new();
    for (name, run) in edge_runs().into_iter().chain([("default", default_run())]) {
        let texts = texts(&run);
        for (index, (one, place)) in texts.iter().enumerate() {
            for (other, other_place) in texts.iter().skip(index + 1) {
                if overlap(*place, *other_place) {
                    overlaps.push(format!("{name}: '{one}' at {place:?} and '{other}' at {other_place:?}"));
                }
            }
        }
    }
    assert!(overlaps.is_empty(), "{}", overlaps.join("\n"));
}

/// Returns whether the letters of two texts overlap. A text's frame is one line high; its letters occupy the middle.
fn overlap(one: Rect, other: Rect) -> bool {
    let letters = |place: Rect| {
        let (across, down) =
            if place.width() > place.height() { (0.0, 0.2 * place.height()) } else { (0.2 * place.width(), 0.0) };
        (place.left() + across, place.right() - across, place.top() + down, place.bottom() - down)
    };
    let (left, right, top, bottom) = letters(one);
    let (other_left, other_right, other_top, other_bottom) = letters(other);
    left < other_right && other_left < right && top < other_bottom && other_top < bottom
}

#[test]
fn everything_is_on_the_sheet() {
    for (name, run) in edge_runs().into_iter().chain([("default", default_run())]) {
        let picture = draw(&run).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!picture.svg().contains("NaN") && !picture.svg().contains("inf"), "{name}");
        let tree = tree(picture.svg());
        let (size, drawn) = (tree.size(), tree.root().abs_stroke_bounding_box());
        let inside = drawn.left() >= -0.1
            && drawn.top() >= -0.1
            && drawn.right() <= size.width() + 0.1
            && drawn.bottom() <= size.height() + 0.1;
        assert!(inside, "{name}: {drawn:?} on {size:?}");
    }
}

#[test]
fn the_png_has_two_dots_a_pixel() {
    let picture = draw(&run(&[2, 2, 1], 20, 1, &[("zeros", Story::Frozen)])).unwrap();
    let png = picture.png().unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    // The first numbers of the header are width and height.
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    let size = tree(picture.svg()).size().to_int_size();
    assert_eq!((number(16), number(20)), (2 * size.width(), 2 * size.height()));
}
