//! Roles whose scale is off in every layer, compared with the other roles of their blocks or with all weights of the
//! file.

use std::collections::BTreeMap;

use serde_json::json;

use super::{by_fan, is_comparable, off};
use crate::judge::adapter;
use crate::judge::peers::{self, Member, Stack};
use crate::judge::trend;
use crate::{Finding, Model, Severity};

/// The smallest reported factor between a role and the nearest other role: with several others, and with a single one,
/// which may be at fault itself.
const FAR: f64 = 30.0;
const FAR_OF_ONE: f64 = 100.0;

/// The minimum number of layers in which a role is off.
const LAYERS: usize = 3;

/// The logarithm of a typical scale, which lies between 0.1 and 1 over the square root of the fan-in. Between two
/// roles, the one nearer to it is considered right.
const USUAL: f64 = -1.0;

/// A role: the scale of its weights and their layers.
struct Role<'r, 'm, 'a> {
    name: &'r str,
    members: Vec<&'r Member<'m, 'a>>,
    scale: f64,
}

pub(super) fn findings(model: &Model<'_>) -> Vec<Finding> {
    let stacks = peers::stacks(model);
    let roles: Vec<Role<'_, '_, '_>> = stacks.iter().filter_map(Role::of).collect();
    let mut blocks: BTreeMap<&str, Vec<&Role<'_, '_, '_>>> = BTreeMap::new();
    for role in roles.iter().filter(|role| role.members.len() >= LAYERS) {
        if let Some(member) = role.members.first() {
            blocks.entry(member.place.blocks.as_str()).or_default().push(role);
        }
    }
    let mut findings = Vec::new();
    for siblings in blocks.values() {
        // A block of one role is compared with the rest of the file.
        if siblings.len() > 1 {
            findings.extend(apart(siblings, "of its blocks"));
        } else {
            let all: Vec<&Role<'_, '_, '_>> = roles.iter().collect();
            let own = |role: &str| siblings.iter().any(|sibling| sibling.name == role);
            findings.extend(apart(&all, "of the file").into_iter().filter(|found| own(&found.0)));
        }
    }
    findings.into_iter().flat_map(|(_, findings)| findings).collect()
}

/// The roles that are far from most others, each with its findings.
fn apart(roles: &[&Role<'_, '_, '_>], whose: &str) -> Vec<(String, Vec<Finding>)> {
    let far = if roles.len() > 2 { FAR } else { FAR_OF_ONE };
    let mut sorted: Vec<&&Role<'_, '_, '_>> = roles.iter().collect();
    sorted.sort_by(|a, b| a.scale.total_cmp(&b.scale));
    let clusters: Vec<&[&&Role<'_, '_, '_>]> = sorted.chunk_by(|a, b| b.scale - a.scale < far.ln()).collect();
    let usual = |cluster: &[&&Role<'_, '_, '_>]| -> f64 {
        cluster.iter().map(|role| (role.scale - USUAL).abs()).fold(f64::INFINITY, f64::min)
    };
    let count = |cluster: &[&&Role<'_, '_, '_>]| -> usize { cluster.iter().map(|role| role.members.len()).sum() };
    // Of two roles, either may be at fault, however many weights have them.
    let size = |cluster: &[&&Role<'_, '_, '_>]| if roles.len() > 2 { count(cluster) } else { cluster.len() };
    let most = clusters.iter().max_by(|a, b| size(a).cmp(&size(b)).then(usual(b).total_cmp(&usual(a))));
    let Some(most) = most.filter(|_| clusters.len() > 1) else { return Vec::new() };
    let (center, _) = trend::robust(&most.iter().map(|role| role.scale).collect::<Vec<_>>());
    let count = count(most);
    let names = most.iter().filter(|_| most.len() < 3).map(|role| role.name).collect::<Vec<_>>().join(" and ");
    let whose = match names.as_str() {
        "" => format!("the other {count} weights {whose}, scaled by sqrt(fan_in)"),
        names => format!("the {count} weights {names}, scaled by sqrt(fan_in)"),
    };
    let distant = clusters.iter().filter(|cluster| !std::ptr::eq(**cluster, *most)).flat_map(|cluster| cluster.iter());
    distant
        .filter(|role| role.members.len() >= LAYERS)
        .map(|role| (role.name.to_owned(), role.findings(center, &whose)))
        .collect()
}

impl<'r, 'm, 'a> Role<'r, 'm, 'a> {
    fn of(stack: &'r Stack<'m, 'a>) -> Option<Self> {
        let members: Vec<&Member<'m, 'a>> = stack
            .members
            .iter()
            .filter(|member| is_comparable(member.subject) && adapter::factor_of(member.subject.name()).is_none())
            .collect();
        let scales: Vec<f64> = members.iter().map(|member| by_fan(member.subject)).collect();
        let (scale, _) = trend::robust(&scales);
        scale.is_finite().then_some(Self { name: &stack.name, members, scale })
    }

    fn findings(&self, center: f64, whose: &str) -> Vec<Finding> {
        let far = |member: &&&Member<'m, 'a>| (by_fan(member.subject) - center).abs() >= FAR.ln();
        let layers = self.members.iter().filter(far).count();
        let whose = format!("{whose}, as in {layers} layers of {}", self.name);
        let finding = |member: &&Member<'m, 'a>| {
            let ratio = (by_fan(member.subject) - center).exp();
            off(member.subject, Severity::Warning, ratio, &whose, json!({ "layers": layers }))
        };
        self.members.iter().filter(far).map(finding).collect()
    }
}
