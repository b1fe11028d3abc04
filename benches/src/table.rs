//! Markdown tables of ratios, each with its target.

use crate::paired::{Participant, Spread, Times};

/// One ratio.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// The measured variant of fanin.
    pub ours: &'a str,
    /// The alternative.
    pub beside: &'a str,
    /// Elements per call.
    pub elements: usize,
    /// The number of threads for both.
    pub threads: usize,
    /// The target for the ratio, if any.
    pub floor: Option<f64>,
}

/// Prints a heading and a table head.
pub fn head(title: &str) {
    println!("\n### {title}\n");
    println!(
        "| fanin | compared with | elements | threads | fanin, G elements/s | speedup: min, median, max | target |"
    );
    println!("|---|---|---|---|---|---|---|");
}

impl Row<'_> {
    /// Prints the ratio of the times of `beside` and `ours`.
    ///
    /// # Errors
    /// Fails if one of them did not participate.
    pub fn print(
        &self,
        times: &Times,
        ours: Participant,
        beside: Participant,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let ratio = times.ratio(beside, ours)?;
        println!("{}", self.line(ratio, times.seconds(ours)?));
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "elements are counted in millions")]
    fn line(&self, ratio: Spread, seconds: Spread) -> String {
        let Self { ours, beside, threads, .. } = self;
        let rate = self.elements as f64 / seconds.median / 1e9;
        let Spread { min, median, max } = ratio;
        let floor = match self.floor {
            None => String::new(),
            Some(floor) if median >= floor => format!("{floor}, reached"),
            Some(floor) => format!("{floor}, **not reached**"),
        };
        let elements = elements(self.elements);
        format!(
            "| {ours} | {beside} | {elements} | {threads} | {rate:.2} | {min:.2} **{median:.2}** {max:.2} | {floor} |"
        )
    }
}

/// Formats powers of two from 2^12 as such.
fn elements(count: usize) -> String {
    if count.is_power_of_two() && count >= 1 << 12 { format!("2^{}", count.ilog2()) } else { count.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_compared_with_the_floor() {
        let row = Row { ours: "normal", beside: "loop", elements: 1 << 12, threads: 1, floor: Some(2.0) };
        let seconds = Spread { min: 1e-6, median: 4.096e-6, max: 1e-5 };
        let line = |median| row.line(Spread { min: 1.0, median, max: 3.0 }, seconds);
        assert_eq!(line(2.0), "| normal | loop | 2^12 | 1 | 1.00 | 1.00 **2.00** 3.00 | 2, reached |");
        assert_eq!(line(1.99), "| normal | loop | 2^12 | 1 | 1.00 | 1.00 **1.99** 3.00 | 2, **not reached** |");
    }
}
