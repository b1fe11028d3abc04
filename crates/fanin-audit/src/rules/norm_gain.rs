//! Normalization gains that are zero or random.

use serde_json::json;

use super::rule::AuditRule;
use super::wording::{counted, digits, few};
use crate::judge::gains::{self, Gains};
use crate::judge::stage::{Role, Start};
use crate::{AuditError, Finding, Model, Progress, Severity, Subject};

pub(super) static RULE: AuditRule = AuditRule {
    id: "norm-gain",
    severity: Severity::Warning,
    finds: "normalization gains that are all zero, or drawn at random like weights",
    why: "A normalization whose gain is zero outputs only its bias, which cuts off all layers before it unless a \
          residual connection bypasses them. Gains drawn around zero weaken the signal, typically by a factor of 50, \
          and flip the sign of half of the channels.",
    evidence: "Zero: every value of a gain is 0 or denormal, while nine tenths of the other gains of its role are \
               positive (mean above 0.05, and either above 1.5 standard deviations or without negative values). At \
               least twice as many gains must be positive as zero, or four times as many if the checkpoint is not \
               trained. Random: at least 16 values look like independent draws around zero (mean, skewness, kurtosis \
               and Kolmogorov-Smirnov; p >= 0.01, which misses one random gain in a hundred), their mean is within 3 \
               standard errors of zero (p = 0.003 for gains around any other center), and the gains of the same role \
               in three other layers are positive; or, in a fresh checkpoint, nine tenths of all gains are positive, \
               or three quarters of all gains are random. Note: a random gain of a trained checkpoint without others \
               of its role; single zero channels of a trained checkpoint, if they are a tenth or more. Skipped: \
               zero-centered gains, stored as gain - 1, which spread like the next of their role while their means differ; \
               zeros that most layers share (the last gain of a residual \
               branch); layer scales; scalars.",
    remedy: "Initialize gains with ones, after the loop that initializes weights. Trained: load the gain from the checkpoint in which it \
             was trained.",
    deep: false,
    decide,
};

/// The minimum number of values that can look random.
const FEWEST: usize = 16;

/// The minimum number of other gains that determine the right center.
const PEERS: usize = 3;

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let roles = gains::by_role(model);
    let all: Vec<&Subject<'_>> = roles.iter().flat_map(|role| role.members.iter().copied()).collect();
    let positive = all.iter().filter(|gain| gains::is_positive(gain)).count();
    let mut findings = Vec::new();
    for role in &roles {
        findings.extend(zero(role, if model.is_trained() { 2 } else { 4 }));
        for gain in role.members.iter().filter(|gain| !gains::is_nothing(gain)) {
            let peers = role.members.iter().filter(|other| !std::ptr::eq(**other, *gain));
            let agreeing = peers.clone().filter(|other| gains::is_positive(other)).count();
            let by_role = agreeing >= PEERS && agreeing == peers.clone().count() && !is_zero_centered(gain, role);
            let by_all = positive >= PEERS && positive * 10 >= (all.len() - 1) * 9;
            let constant = peers.clone().all(|other| other.statistics.is_constant());
            let by_all = by_all && !is_zero_centered(gain, role);
            if (by_role || by_all) && is_random(gain)? {
                let (whose, severity) = match (by_role, model.is_fresh()) {
                    (true, _) => (format!("{agreeing} gains of the same role are positive"), Severity::Warning),
                    (false, true) => (format!("{positive} of {} gains are positive", all.len()), Severity::Warning),
                    (false, false) => (format!("{positive} of {} gains are positive", all.len()), Severity::Note),
                };
                findings.push(random(gain, severity, &whose));
            } else if by_role && constant && !model.is_trained() && is_spread(gain)? {
                let whose = format!("{agreeing} gains of the same role are constant");
                findings.push(random(gain, Severity::Warning, &whose));
            } else if model.is_trained() && gains::is_positive(gain) {
                findings.extend(zero_channels(gain)?);
            }
        }
    }
    if model.is_fresh() && all.len() >= PEERS && all_random(&all)? {
        let whose = format!("all {} gains are far from 1", all.len());
        findings.extend(all.iter().map(|gain| random(gain, Severity::Warning, &whose)));
    }
    Ok(findings)
}

/// Reports gains that are effectively zero, if at least `most` times as many gains of the same role are positive.
fn zero(role: &Gains<'_, '_>, most: usize) -> Vec<Finding> {
    let (nothing, others): (Vec<&Subject<'_>>, Vec<&Subject<'_>>) =
        role.members.iter().copied().partition(|gain| gains::is_nothing(gain));
    let positive = others.iter().filter(|gain| gains::is_positive(gain)).count();
    if positive * 10 < others.len() * 9 || nothing.is_empty() || nothing.len() * most > positive {
        return Vec::new();
    }
    let finding = |gain: &&Subject<'_>| {
        let (values, high) = (gain.statistics.len, gain.statistics.greatest());
        let seen = if high == 0.0 { "zero".to_owned() } else { format!("at most {high:.1e}, effectively zero") };
        let message = format!(
            "all {values} gains are {seen}, but those of {} of the same role are around {}",
            counted(positive, "norm"),
            digits(others.iter().map(|other| other.statistics.mean()).sum::<f64>() / number(others.len()), 2)
        );
        RULE.finding(gain, Severity::Warning, message, json!({ "values": values, "greatest": high, "peers": positive }))
    };
    nothing.iter().map(finding).collect()
}

/// Reports single channels that are effectively zero.
fn zero_channels(gain: &Subject<'_>) -> Result<Option<Finding>, AuditError> {
    if gain.statistics.low > 0.0 {
        return Ok(None);
    }
    let values = values(gain)?;
    let zeros = values.iter().enumerate().filter(|(_, value)| gains::passes_nothing(**value));
    let channels: Vec<usize> = zeros.map(|(channel, _)| channel).collect();
    if channels.is_empty() || channels.len() * 10 < values.len() {
        return Ok(None);
    }
    let message = format!("{} of {} gains are zero: channels {}", channels.len(), values.len(), few(&channels));
    Ok(Some(RULE.finding(gain, Severity::Note, message, json!({ "channels": channels }))))
}

/// Whether a gain is one of zero-centered ones that training moved apart: the others of its role differ from each other by more than a
/// factor of two, and the next one spreads as widely. A gain drawn like a weight spreads much less.
fn is_zero_centered(gain: &Subject<'_>, role: &Gains<'_, '_>) -> bool {
    let Some(at) = role.members.iter().position(|other| std::ptr::eq(*other, gain)) else { return false };
    let beside = |at: Option<usize>| at.and_then(|at| role.members.get(at));
    let alike = [beside(at.checked_sub(1)), beside(at.checked_add(1))].into_iter().flatten().any(|next| {
        let ratio = next.statistics.std() / gain.statistics.std();
        (0.5..=2.0).contains(&ratio)
    });
    let means = role.members.iter().filter(|other| !std::ptr::eq(**other, gain)).map(|other| other.statistics.mean());
    let (least, most) = means.fold((f64::INFINITY, 0.0_f64), |(least, most), mean| (least.min(mean), most.max(mean)));
    alike && most > 2.0 * least
}

fn values(gain: &Subject<'_>) -> Result<Vec<f64>, AuditError> {
    let data = gain.data()?;
    let mut values = vec![0.0; data.len()];
    data.read_f64(0, &mut values);
    Ok(values)
}

/// Whether a gain looks like independent draws around zero.
fn is_random(gain: &Subject<'_>) -> Result<bool, AuditError> {
    let statistics = &gain.statistics;
    let error = statistics.std() / number(statistics.len).sqrt();
    let centered = statistics.len >= FEWEST && !statistics.is_constant() && statistics.mean().abs() <= 3.0 * error;
    // Half of the values are negative: 4 standard errors of the share of n values are 2 / sqrt(n).
    let negative = statistics.sample.iter().filter(|value| **value < 0.0).count();
    let balanced =
        (number(negative) / number(statistics.sample.len().max(1)) - 0.5).abs() <= 2.0 / number(statistics.len).sqrt();
    Ok(centered && balanced && matches!(Start::of(&values(gain)?, Role::Term), Start::Drawn(p) if p >= 0.01))
}

/// Whether three quarters of the gains look like independent draws around zero, and none is constant, unlike fresh
/// zero-centered gains.
fn all_random(gains: &[&Subject<'_>]) -> Result<bool, AuditError> {
    let mut random = 0;
    for gain in gains {
        random += usize::from(is_random(gain)?);
    }
    Ok(random * 4 >= gains.len() * 3 && gains.iter().all(|gain| !gain.statistics.is_constant()))
}

/// Whether a gain looks like independent draws down to near zero, such as those of a uniform distribution on [0, 1].
fn is_spread(gain: &Subject<'_>) -> Result<bool, AuditError> {
    let statistics = &gain.statistics;
    let spread = statistics.len >= FEWEST && !statistics.is_constant() && statistics.low < 0.2;
    Ok(spread && matches!(Start::of(&values(gain)?, Role::Gain), Start::Drawn(p) if p >= 0.01))
}

fn random(gain: &Subject<'_>, severity: Severity, beside: &str) -> Finding {
    let (mean, std) = (gain.statistics.mean(), gain.statistics.std());
    let message = format!(
        "the gains look like independent draws with mean {} and standard deviation {}, not like gains around 1; {beside}",
        digits(mean, 2),
        digits(std, 3)
    );
    let evidence = json!({ "mean": mean, "std": std, "values": gain.statistics.len });
    RULE.finding(gain, severity, message, evidence)
}

#[expect(clippy::cast_precision_loss, reason = "a vector has fewer than 2^53 values")]
fn number(count: usize) -> f64 {
    count as f64
}
