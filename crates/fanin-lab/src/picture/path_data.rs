//! Compact SVG path data: relative, in integer units. Outlined letters make up most of a picture's bytes; this halves
//! them.

use std::fmt::Write as _;

/// Returns the SVG with every path's data shortened; unrecognized data stays unchanged.
pub(super) fn shortened(svg: &str) -> String {
    let mut parts = svg.split(" d=\"");
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (data, rest) = part.split_once('"').unwrap_or((part, ""));
        let data = relative(data).unwrap_or_else(|| data.to_owned());
        let _ = write!(text, " d=\"{data}\"{rest}");
    }
    text
}

/// Converts absolute data of the commands M, L, Q, C and Z to relative data; `None` if there is any other command.
fn relative(data: &str) -> Option<String> {
    let mut tokens = data.split_ascii_whitespace();
    let mut pen = Pen::default();
    while let Some(command) = tokens.next() {
        let pairs = match command {
            "M" | "L" => 1,
            "Q" => 2,
            "C" => 3,
            "Z" => 0,
            _ => return None,
        };
        let mut points = Vec::with_capacity(pairs);
        for _ in 0..pairs {
            points.push([whole(tokens.next()?)?, whole(tokens.next()?)?]);
        }
        pen.go(command, &points);
    }
    Some(pen.text)
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be of a sheet's size")]
fn whole(token: &str) -> Option<i64> {
    let value = token.parse::<f64>().ok()?.round();
    (value.abs() < 1e9).then_some(value as i64)
}

/// Writes path data and tracks the current position.
#[derive(Default)]
struct Pen {
    text: String,
    at: [i64; 2],
    start: [i64; 2],
    last: char,
}

impl Pen {
    fn go(&mut self, command: &str, points: &[[i64; 2]]) {
        let from = self.at;
        let steps: Vec<i64> = points.iter().flat_map(|[x, y]| [x - from[0], y - from[1]]).collect();
        self.at = points.last().copied().unwrap_or(self.start);
        match (command, steps.as_slice()) {
            ("M", steps) => {
                self.start = self.at;
                self.write('m', steps);
                // Pairs after a move are implicit lines, but each line gets its own command for clarity.
                self.last = 'm';
            }
            ("L", [across, 0]) => self.write('h', &[*across]),
            ("L", [0, down]) => self.write('v', &[*down]),
            ("L", steps) => self.write('l', steps),
            ("Q", steps) => self.write('q', steps),
            ("C", steps) => self.write('c', steps),
            _ => self.write('z', &[]),
        }
    }

    /// Writes the command, unless it repeats the previous one, and its numbers with as few spaces as possible.
    fn write(&mut self, command: char, numbers: &[i64]) {
        let repeated = command == self.last && command != 'm' && command != 'z';
        if !repeated {
            self.text.push(command);
        }
        for (place, number) in numbers.iter().enumerate() {
            if (place > 0 || repeated) && *number >= 0 {
                self.text.push(' ');
            }
            let _ = write!(self.text, "{number}");
        }
        self.last = command;
    }
}

#[cfg(test)]
mod tests {
    use resvg::usvg::{Options, Tree};

    use super::*;

    #[test]
    fn relative_data_is_short() {
        let data = "M 100 200 L 150 200 L 150 180 L 140 170.4 Q 1 2 3 4 C 5 6 7 8 9 10 Z M 0 0 L -5 -6 L 1 2";
        let short = "m100 200h50v-20l-10-10q-139-168-137-166c2 2 4 4 6 6zm-100-200l-5-6 6 8";
        assert_eq!(relative(data).as_deref(), Some(short));
        assert_eq!(relative("M 1 2 A 3 4"), None);
        assert_eq!(relative("M 1 nan"), None);
    }

    /// The renderer draws the short form like the long one.
    #[test]
    fn the_short_form_is_the_same_path() {
        let data = "M 10 20 Q 30 7 40 60 L 90 60 L 90 10 C 1 2 3 80 50 51 Z M 5 5 L 8 9 L 5 9 Z";
        let svg =
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"99\" height=\"99\"><path d=\"{data}\"/></svg>");
        let drawn = |svg: &str| {
            Tree::from_str(svg, &Options::default()).unwrap().to_string(&resvg::usvg::WriteOptions::default())
        };
        let short = shortened(&svg);
        assert!(short.len() < svg.len());
        assert_eq!(drawn(&short), drawn(&svg));
    }
}
