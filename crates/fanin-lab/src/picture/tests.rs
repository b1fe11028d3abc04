//! Tests of the whole picture.

use super::canvas::{Element, Text};
use super::geometry::Frame;
use super::made_up::{Story, default_run, run};
use super::*;

/// Edge cases of runs, by name.
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

/// Parses the picture as XML.
fn document(svg: &str) -> roxmltree::Document<'_> {
    roxmltree::Document::parse(svg).unwrap()
}

/// Returns the texts of a drawing, each with the bounds of its line: the font's ascent above the baseline and its
/// descent below.
fn texts(run: &RunRecord) -> Vec<(String, Frame)> {
    let place = |Text { words, at: (x, y), letters, upwards }: Text| {
        let (size, width) = (letters.size, font::width(&words, letters.size, letters.weight));
        let (above, line) = (1.069 * size, 1.362 * size);
        let frame = match upwards {
            false => Frame { left: x, top: y - above, width, height: line },
            true => Frame { left: x - above, top: y - width, width: line, height: width },
        };
        (words, frame)
    };
    let elements = drawing(run).unwrap().elements.into_iter();
    let texts = elements.filter_map(|element| match element {
        Element::Text(text) => Some(place(text)),
        Element::Shape(_) => None,
    });
    texts.collect()
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
    assert_eq!(document(svg).root_element().attribute("width"), Some("1200"));
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
    // The constant starts have one path each; the other three have as many paths as neurons.
    assert_eq!((times("×32"), times("32 neurons on 1 path"), times("32 neurons on 32 paths")), (2, 2, 3));
    assert_eq!((times("1 of 32"), times("32 of 32")), (2, 3));
}

#[test]
fn a_curve_that_diverges_says_so() {
    let run = run(&[4, 4, 2], 100, 3, &[("glorot_normal", Story::Learning), ("normal(std = 9)", Story::Diverged)]);
    let texts = texts(&run);
    // The losses of the diverging run end before 3/10 of the steps.
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
fn overlap(one: Frame, other: Frame) -> bool {
    let letters = |place: Frame| {
        let (across, down) =
            if place.width > place.height { (0.0, 0.2 * place.height) } else { (0.2 * place.width, 0.0) };
        (place.left + across, place.right() - across, place.top + down, place.bottom() - down)
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
        let document = document(picture.svg());
        let size = |name: &str| document.root_element().attribute(name).unwrap().parse::<f64>().unwrap();
        let shapes: Vec<_> = picture.canvas.elements.iter().map(Element::shape).collect();
        let drawn = shapes
            .iter()
            .filter_map(|shape| Some((shape.path.bounds()?, shape.pen.map_or(0.0, |pen| pen.width / 2.0))));
        let paths = document.descendants().filter(|node| node.has_tag_name("path")).count();
        assert_eq!(paths, drawn.clone().count(), "{name}");
        for (drawn, pen) in drawn {
            let inside = drawn.left - pen >= -0.1
                && drawn.top - pen >= -0.1
                && drawn.right() + pen <= size("width") + 0.1
                && drawn.bottom() + pen <= size("height") + 0.1;
            assert!(inside, "{name}: {drawn:?}");
        }
    }
}

#[test]
fn the_png_has_two_dots_a_pixel() {
    let picture = draw(&run(&[2, 2, 1], 20, 1, &[("zeros", Story::Frozen)])).unwrap();
    let png = picture.png().unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    // The first numbers of the header are width and height.
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    let size = |name: &str| document(picture.svg()).root_element().attribute(name).unwrap().parse::<u32>().unwrap();
    assert_eq!((number(16), number(20)), (2 * size("width"), 2 * size("height")));
}

#[test]
fn the_png_shows_what_the_sheet_has() {
    let mut canvas = canvas::Canvas::new(100.0);
    let color = style::Color(10, 120, 230);
    canvas.rect(Frame { left: 10.0, top: 20.0, width: 30.0, height: 40.0 }, color);
    canvas.surface(&[(50.0, 20.0), (90.0, 20.0), (90.0, 60.0), (50.0, 60.0)], color, 0.5);
    canvas.line(&[(10.0, 80.0), (90.0, 80.0)], canvas::Stroke { color, width: 4.0, opacity: 1.0 });
    canvas.dashed(&[(110.0, 80.0), (190.0, 80.0)], canvas::Stroke { color, width: 1.0, opacity: 1.0 });
    canvas.text("I", (120.0, 60.0), canvas::Letters::bold(60.0, color));
    let pixels = tiny_skia::Pixmap::decode_png(&png::png(&canvas, 2.0).unwrap()).unwrap();
    let at = |x: f64, y: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the sheet")]
        let pixel = pixels.pixel((2.0 * x) as u32, (2.0 * y) as u32).unwrap();
        (pixel.red(), pixel.green(), pixel.blue())
    };
    let (paper, full, half) = ((255, 255, 255), (10, 120, 230), (132, 187, 242));
    assert_eq!((at(5.0, 5.0), at(25.0, 40.0), at(25.0, 61.0)), (paper, full, paper));
    assert_eq!((at(50.0, 80.0), at(50.0, 83.0)), (full, paper));
    let (red, green, blue) = at(70.0, 40.0);
    let near = |one: u8, other: u8| one.abs_diff(other) <= 1;
    assert!(near(red, half.0) && near(green, half.1) && near(blue, half.2), "{red} {green} {blue}");
    // A dash of 6 pixels and a gap of 4, of which round ends take half a pixel on each side.
    assert_eq!((at(113.0, 80.0), at(118.0, 80.0), at(123.0, 80.0)), (full, paper, full));
    let stem = 120.0 + font::width("I", 60.0, font::Weight::Bold) / 2.0;
    assert_eq!((at(stem, 40.0), at(118.0, 40.0)), (full, paper));
}
