//! Detects tensors that are equal except for the order of their axes or the length of one axis.

use fanin_checkpoint::reading::TensorData;

use super::rounding::Equality;

/// The maximum number of axes whose orders are tried.
const MOST: usize = 5;

/// The permutation of the axes of `a` that yields `b`, unless it is the identity.
pub(super) fn order(a: (&TensorData<'_>, &[usize]), b: (&TensorData<'_>, &[usize])) -> Option<Vec<usize>> {
    let rank = a.1.len();
    if rank != b.1.len() || !(2..=MOST).contains(&rank) || a.0.is_empty() {
        return None;
    }
    let equality = Equality::of(a.0, b.0)?;
    let mut strides = vec![1; rank];
    for axis in (1..rank).rev() {
        strides[axis - 1] = strides[axis] * a.1[axis];
    }
    orders(rank).into_iter().find(|order| {
        let shape: Vec<usize> = order.iter().map(|axis| a.1[*axis]).collect();
        let turned: Vec<usize> = order.iter().map(|axis| strides[*axis]).collect();
        shape == b.1 && is_in_order(&equality, &shape, &turned)
    })
}

/// All permutations of `rank` axes except the identity.
fn orders(rank: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for _ in 0..rank {
        let longer = |order: &Vec<usize>| {
            let order = order.clone();
            (0..rank).filter(move |axis| !order.contains(axis)).collect::<Vec<_>>()
        };
        orders = orders
            .iter()
            .flat_map(|order| longer(order).into_iter().map(move |axis| [order.as_slice(), &[axis]].concat()))
            .collect();
    }
    orders.into_iter().skip(1).collect()
}

/// Whether every element of `b`, in row-major order, equals the element of `a` at the offset given by the strides.
fn is_in_order(equality: &Equality<'_>, shape: &[usize], strides: &[usize]) -> bool {
    let mut place = vec![0_usize; shape.len()];
    let (mut from, len) = (0, shape.iter().product());
    for to in 0..len {
        if !equality.holds(from, to) {
            return false;
        }
        for axis in (0..shape.len()).rev() {
            place[axis] += 1;
            from += strides[axis];
            if place[axis] < shape[axis] {
                break;
            }
            from -= strides[axis] * shape[axis];
            place[axis] = 0;
        }
    }
    true
}

/// The only axis whose length differs, and the length of the leading part that both have, if that part is equal.
pub(super) fn leading_part(a: (&TensorData<'_>, &[usize]), b: (&TensorData<'_>, &[usize])) -> Option<(usize, usize)> {
    if a.1.len() != b.1.len() {
        return None;
    }
    let mut unlike = (0..a.1.len()).filter(|axis| a.1[*axis] != b.1[*axis]);
    let (axis, None) = (unlike.next()?, unlike.next()) else { return None };
    let kept = a.1[axis].min(b.1[axis]);
    let (before, behind): (usize, usize) = (a.1[..axis].iter().product(), a.1[axis + 1..].iter().product());
    let equality = Equality::of(a.0, b.0)?;
    let equal = (0..before).all(|outer| {
        let (from, to) = (outer * a.1[axis] * behind, outer * b.1[axis] * behind);
        (0..kept * behind).all(|at| equality.holds(from + at, to + at))
    });
    (kept * before * behind > 0 && equal).then_some((axis, kept))
}
