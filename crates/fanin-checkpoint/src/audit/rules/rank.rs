//! Matrices of low rank.

use fanin_core::Distribution;
use serde_json::json;

use super::Rule;
use crate::audit::spectrum::{self, Deficiency, Entries, LONGEST};
use crate::audit::{AuditError, Finding, Kind, Lines, Model, Progress, Severity, Subject};

pub(super) static RULE: Rule = Rule {
    id: "rank",
    severity: Severity::Warning,
    finds: "matrices of low numerical or stable rank",
    why: "A layer of low rank passes on fewer directions than its width; one whose stable rank is near 1 answers to a single \
          direction, and its neurons are multiples of each other.",
    evidence: "Asked under --deep. Singular values by the eigenvalues of the smaller of A A^T and A^T A. A direction is missing \
               where its singular value is no more than rounding leaves: each entry is rounded by a standard deviation of at most \
               2^(1 - digits) / sqrt 12 of the root mean square, and k missing directions of an m by n matrix, m >= n, show \
               singular values of up to sqrt k + sqrt(m - n + k) + 3 of it (Davidson & Szarek 2001; in 32 and 64 bits times the \
               root of the rank, for a product that was added up in them; 5e-8 of the greatest singular value at the least). \
               Nothing is found where chance does the same: the bound on the probability that independent values have \
               singular values as small (Edelman 1988: of a square normal matrix the least is below t / sqrt n of the scale with a \
               probability of t), times the tensors of the checkpoint, must be below 1e-6. So a few missing directions of a large square \
               matrix in 16 bits are not found, for random ones lack as many; copied or opposite lines are, and \
               products of thin matrices. Zero rows and columns are not counted: they are dead-rows and dead-columns. Warning where at \
               least half of the directions are missing, or, in a fresh checkpoint, any; note for other missing ones, \
               for those of a declared initializer that mirrors, mixes or leaves zeros, and for a \
               stable rank (the sum of the squared singular values over the greatest square) below 2 from 16 rows and columns on. \
               Kernels are read as [out, in k...]. Shorter sides below 8 or above 4096 are left alone. It takes 1/2 m n^2 + 4/3 n^3 \
               multiplications: a second or so for 1000 by 1000.",
    remedy: "Look for neurons that were copied or collapsed; a smaller layer would do the same.",
    deep: true,
    decide,
};

/// The greatest probability of a false finding of missing directions in a checkpoint.
const CHANCE: f64 = 1e-6;

/// Beyond so many more rows than columns, or columns than rows, chance never comes near a missing direction.
const NEARLY_SQUARE: usize = 8;

fn decide(model: &Model<'_>, progress: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let suits = |subject: &&Subject<'_>| {
        let (grid, statistics) = (subject.grid(), &subject.statistics);
        let short = grid.rows.min(grid.columns);
        let whole = statistics.is_sound() && !statistics.is_constant();
        grid.lines && (8..=LONGEST).contains(&short) && whole
    };
    let weights: Vec<&Subject<'_>> = model.of(Kind::Weight).filter(suits).collect();
    progress.deep(weights.iter().map(|subject| spectrum::operations(subject.grid())).sum());
    let mut findings = Vec::new();
    // One after another, each with all threads: one square is held at a time.
    for subject in weights {
        let values = spectrum::singular_values(&subject.data()?, subject.grid());
        findings.extend(judged(model, subject, &values)?);
        progress.solved(spectrum::operations(subject.grid()));
    }
    Ok(findings)
}

fn judged(model: &Model<'_>, subject: &Subject<'_>, values: &[f64]) -> Result<Option<Finding>, AuditError> {
    let Some(greatest) = values.first().copied().filter(|greatest| *greatest > 0.0) else { return Ok(None) };
    let (rows, columns) = alive(subject);
    let full = rows.len().min(columns.len());
    let missing = missing(model, subject, &rows, &columns, values)?;
    let stable = values.iter().map(|value| value * value).sum::<f64>() / (greatest * greatest);
    let rank = full - missing.map_or(0, |found| found.missing);
    // A recipe may ask for copies: opposite halves, blocks.
    let meant = subject.declared.as_ref().is_some_and(|declared| {
        matches!(
            declared.distribution,
            Distribution::Fixed | Distribution::Mixture(_) | Distribution::Parts(_) | Distribution::Sparse { .. }
        )
    });
    let (severity, message) = if !meant && (rank * 2 <= full || rank < full && !model.is_trained()) {
        (Severity::Warning, format!("the numerical rank is {rank} of {full}"))
    } else if rank < full {
        (Severity::Note, format!("the numerical rank is {rank} of {full}"))
    } else if stable < 2.0 && full >= 16 {
        (Severity::Note, format!("the stable rank is {stable:.2}, of at most {full}"))
    } else {
        return Ok(None);
    };
    let evidence = json!({
        "rank": rank, "stable_rank": stable, "full": full, "greatest": greatest, "least": values.get(full.wrapping_sub(1)),
        "limit": missing.map(|found| found.limit), "chance": missing.map(|found| found.chance),
    });
    Ok(Some(RULE.finding(subject, severity, message, evidence)))
}

/// The directions that are missing, if chance would not miss them too.
#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
fn missing(
    model: &Model<'_>,
    subject: &Subject<'_>,
    rows: &[usize],
    columns: &[usize],
    values: &[f64],
) -> Result<Option<Deficiency>, AuditError> {
    let (short, long) = (rows.len().min(columns.len()), rows.len().max(columns.len()));
    let (Some(dtype), Some(values), Some(greatest)) =
        (subject.element().dtype(), values.get(..short), values.first().copied())
    else {
        return Ok(None);
    };
    let scale = (subject.statistics.squares / (short as f64 * long as f64)).sqrt();
    let entries = Entries { short, long, scale, dtype };
    let Some(found) = entries.deficiency(values) else { return Ok(None) };
    let limit = CHANCE / model.tensors;
    let coarse = found.chance >= limit && long - short <= NEARLY_SQUARE && Entries::is_coarse(values);
    let found = if coarse {
        let least = spectrum::least(&subject.data()?, subject.grid(), rows, columns);
        entries.with_least(found, least, greatest)
    } else {
        found
    };
    Ok((found.chance < limit).then_some(found))
}

/// The rows and the columns that are not zero.
fn alive(subject: &Subject<'_>) -> (Vec<usize>, Vec<usize>) {
    let alive = |lines: Option<&Lines>, all: usize| -> Vec<usize> {
        (0..all).filter(|line| !lines.is_some_and(|lines| lines.is_zero(*line))).collect()
    };
    let (statistics, grid) = (&subject.statistics, subject.grid());
    (alive(statistics.rows.as_ref(), grid.rows), alive(statistics.columns.as_ref(), grid.columns))
}
