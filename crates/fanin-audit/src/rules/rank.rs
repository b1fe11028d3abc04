//! Matrices of low rank.

use fanin_core::Distribution;
use serde_json::json;

use super::rule::AuditRule;
use crate::judge::spectrum::{self, Deficiency, Entries, LONGEST};
use crate::{AuditError, Finding, Lines, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "rank",
    severity: Severity::Warning,
    finds: "matrices of low numerical or stable rank",
    why: "A layer of low rank passes on fewer directions than its width. One whose stable rank is near 1 responds to a single \
          direction, and its neurons are multiples of each other.",
    evidence: "Checked with --deep. The singular values are the square roots of the eigenvalues of the smaller of A \
               A^T and A^T A. A direction counts as missing if its singular value is no larger than rounding errors: \
               each entry is rounded with a standard deviation of at most 2^(1 - digits) / sqrt 12 of the root mean \
               square, so k missing directions of an m by n matrix, m >= n, have singular values of up to sqrt k + \
               sqrt(m - n + k) + 3 times that (Davidson & Szarek 2001). In 32 and 64 bits the limit is multiplied by \
               the square root of the rank, to allow for products accumulated at that precision; it is at least 5e-8 \
               of the largest singular value. Missing directions that chance can explain are skipped: the bound on the \
               probability that independent values have singular values that small (Edelman 1988: the smallest of a \
               square normal matrix is below t / sqrt n of the scale with probability t), times the number of tensors, \
               must be below 1e-6. So a few missing directions of a large square 16-bit matrix are not reported, \
               because random matrices miss as many; copied or negated lines and products of thin matrices are. Zero \
               rows and columns are not counted: they are reported by dead-rows and dead-columns. Warning if at least \
               half of the directions are missing, or any in a fresh checkpoint. Note for fewer, for a declared \
               initializer that mirrors, mixes or leaves zeros, and for a stable rank (the sum of the squared singular \
               values divided by the largest square) below 2 if the matrix has at least 16 rows and columns. Kernels \
               are read as [out, in k...]. Matrices whose shorter side is below 8 or above 4096 are skipped. The cost \
               is 1/2 m n^2 + 4/3 n^3 multiplications: about a second for 1000 by 1000.",
    remedy: "Look for copied or collapsed neurons. A smaller layer would compute the same.",
    deep: true,
    decide,
};

/// The largest probability that a checkpoint has a false finding of missing directions.
const CHANCE: f64 = 1e-6;

/// If rows and columns differ by more than this, chance never comes close to a missing direction.
const NEARLY_SQUARE: usize = 8;

fn decide(model: &Model<'_>, progress: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let suits = |subject: &&Subject<'_>| {
        let (grid, statistics) = (subject.grid(), &subject.statistics);
        let short = grid.rows.min(grid.columns);
        let whole = statistics.is_sound() && !statistics.is_constant();
        grid.lines && (8..=LONGEST).contains(&short) && whole
    };
    let weights: Vec<&Subject<'_>> = model.of(TensorKind::Weight).filter(suits).collect();
    progress.deep(weights.iter().map(|subject| spectrum::operations(subject.grid())).sum());
    let mut findings = Vec::new();
    // One at a time, each on all threads, so that only one Gram matrix is in memory.
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
    // A recipe may ask for copies, such as opposite halves or blocks.
    let meant = subject.declared.as_ref().is_some_and(|declared| {
        matches!(
            declared.distribution,
            Distribution::Fixed | Distribution::Mixture(_) | Distribution::Parts(_) | Distribution::Sparse { .. }
        )
    });
    let (severity, message) = if !meant && (rank * 2 <= full || rank < full && model.is_fresh()) {
        (Severity::Warning, format!("the numerical rank is {rank} of {full}"))
    } else if rank < full {
        (Severity::Note, format!("the numerical rank is {rank} of {full}"))
    } else if stable < 2.0 && full >= 16 {
        (Severity::Note, format!("the stable rank is {stable:.2} of {full}"))
    } else {
        return Ok(None);
    };
    let evidence = json!({
        "rank": rank, "stable_rank": stable, "full": full, "greatest": greatest, "least": values.get(full.wrapping_sub(1)),
        "limit": missing.map(|found| found.limit), "chance": missing.map(|found| found.chance),
    });
    Ok(Some(RULE.finding(subject, severity, message, evidence)))
}

/// The missing directions, unless chance explains them.
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

/// The indices of the nonzero rows and columns.
fn alive(subject: &Subject<'_>) -> (Vec<usize>, Vec<usize>) {
    let alive = |lines: Option<&Lines>, all: usize| -> Vec<usize> {
        (0..all).filter(|line| !lines.is_some_and(|lines| lines.is_zero(*line))).collect()
    };
    let (statistics, grid) = (&subject.statistics, subject.grid());
    (alive(statistics.rows.as_ref(), grid.rows), alive(statistics.columns.as_ref(), grid.columns))
}
