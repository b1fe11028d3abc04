//! Random weights with values that no initializer generates.

use serde_json::json;

use super::rule::AuditRule;
use super::wording::{counted, digits};
use crate::judge::Contamination;
use crate::judge::contamination::Fault;
use crate::judge::region::Region;
use crate::judge::unwritten::{self, Unwritten};
use crate::{AuditError, Finding, Model, Progress, Severity, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "faulty-initialization",
    severity: Severity::Warning,
    finds: "random weights with values that no initializer generates: repeated, clipped, never written, or outliers",
    why: "A few wrong values can spoil a layer: one in 250 at 100 standard deviations makes up most of its variance. \
          Tails that are clipped instead of truncated, and blocks that were never written, come from the same kind of \
          error.",
    evidence: "All other values must be independent draws: normal, uniform, truncated or clipped (Kolmogorov-Smirnov, \
               p >= 0.001), with matching norms and sums of rows and columns (p = 0.00008). Repeated: in a sample of \
               16384 values, one occurs at least four times, which has a probability of 1e-8 for draws in f32; if \
               values are rounded to fewer bits, it must occur eight times, and six times as often as its neighbors. \
               Clipped: the repeated values are the minimum and the maximum. Never written: they fill consecutive \
               elements or a rectangle of at most a fifth of the weight. Outliers: values beyond eight standard \
               deviations, which a normal draw exceeds with a probability of 1e-15; a note unless the checkpoint is \
               fresh. In any weight: all its zeros fill a block at an end of the rows and columns, a twentieth to three \
               quarters of the weight and, in trained checkpoints, not of whole rows or columns, while at least three \
               peers, and three times as many as have zeros, have none. Not \
               reported: scattered zeros, as in sparse initializers, dropout and pruning; whole rows and columns, \
               which `dead-rows`, `dead-columns` and `equal-neurons` report; one value in each row and column. Weights \
               of fewer than 200 values are skipped.",
    remedy: "Initialize the weight again with a correct initializer, and check the code that filled it: its precision, \
             clamping, and the range that it writes.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let finding = |subject: &Subject<'_>| {
        let contamination = subject.contamination.as_ref()?;
        let severity = match contamination.fault {
            Fault::Outliers if !model.is_fresh() => Severity::Note,
            _ => Severity::Warning,
        };
        let message = message(subject, contamination)?;
        let Contamination { count, family, std, .. } = contamination;
        let evidence = json!({
            "values": count, "of": subject.statistics.len, "distribution": family.to_string(), "std": std,
            "low": subject.statistics.low, "high": subject.statistics.high,
        });
        Some(RULE.finding(subject, severity, message, evidence))
    };
    let mut findings: Vec<Finding> = model.subjects().iter().filter_map(finding).collect();
    let blocks = unwritten::blocks(model)?;
    let told = |block: &&Unwritten<'_, '_>| {
        findings.iter().any(|found| found.tensor == block.subject.name() && found.part == block.subject.part())
    };
    let more: Vec<Finding> = blocks.iter().filter(|block| !told(block)).map(unwritten_block).collect();
    findings.extend(more);
    Ok(findings)
}

fn unwritten_block(block: &Unwritten<'_, '_>) -> Finding {
    let Unwritten { subject, region, count, peers, name } = block;
    let place = match region {
        Region::Elements { first, last } => format!("elements {first} to {last}"),
        Region::Rectangle { rows, columns } => place(*rows, *columns),
    };
    let message = format!("{place} are all 0, but its {peers} peers {name} have no zeros: never written");
    let evidence = json!({ "values": count, "of": subject.statistics.len, "peers": peers });
    RULE.finding(subject, Severity::Warning, message, evidence)
}

fn place(rows: (usize, usize), columns: (usize, usize)) -> String {
    format!("rows {} to {}, columns {} to {}", rows.0, rows.1, columns.0, columns.1)
}

fn message(subject: &Subject<'_>, contamination: &Contamination) -> Option<String> {
    let Contamination { fault, count, family, std } = contamination;
    let statistics = &subject.statistics;
    let of = format!("{count} of {}", counted(statistics.len, "value"));
    let are = if *count == 1 { "is" } else { "are" };
    let among = format!("independent {family} values with standard deviation {}", digits(*std, 3));
    Some(match fault {
        Fault::None => return None,
        Fault::Repeated(value) => format!("{of} are exactly {value} among {among}"),
        Fault::Block(value, Region::Elements { first, last }) => {
            format!("elements {first} to {last} are all {value} among {among}: never written")
        }
        Fault::Block(value, Region::Rectangle { rows, columns }) => {
            format!("{} are all {value} among {among}: never written", place(*rows, *columns))
        }
        Fault::Clipped => format!(
            "{of} equal the minimum, {}, or the maximum, {}, among {among}: clipped, not truncated",
            digits(f64::from(statistics.low), 3),
            digits(f64::from(statistics.high), 3)
        ),
        Fault::Outliers => {
            let farthest = f64::from(statistics.greatest()) / std;
            format!("{of} {are} up to {} standard deviations from zero among {among}", digits(farthest, 3))
        }
    })
}
