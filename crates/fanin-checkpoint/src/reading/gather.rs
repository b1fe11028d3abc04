//! Gathers strided elements into row-major order.

use super::ElementType;

/// Gathers the elements of a view with this shape and these strides, starting at the first byte of `from`. `None` if an
/// element lies outside `from` or memory runs out.
pub(super) fn gather(from: &[u8], shape: &[usize], strides: &[usize], element: ElementType) -> Option<Vec<u8>> {
    let width = element.bytes(1)?;
    let len = shape.iter().try_fold(1_usize, |len, &axis| len.checked_mul(axis))?;
    let mut out = Vec::new();
    out.try_reserve_exact(element.bytes(len)?).ok()?;
    if len == 0 {
        return Some(out);
    }
    let (inner, inner_stride) = (shape.last().copied().unwrap_or(1), strides.last().copied().unwrap_or(1));
    let outer = shape.len().saturating_sub(1);
    let mut index = vec![0; outer];
    let mut start = 0_usize;
    loop {
        if inner_stride == 1 {
            let start = start.checked_mul(width)?;
            out.extend_from_slice(from.get(start..start.checked_add(inner.checked_mul(width)?)?)?);
        } else {
            row(from.get(start.checked_mul(width)?..)?, inner, inner_stride, width, &mut out)?;
        }
        // Advance to the next row like an odometer: the last outer axis changes fastest.
        let mut axis = outer;
        loop {
            if axis == 0 {
                return Some(out);
            }
            axis -= 1;
            let stride = strides.get(axis)?;
            index[axis] += 1;
            start = start.checked_add(*stride)?;
            if index[axis] < shape[axis] {
                break;
            }
            start = start.checked_sub(stride.checked_mul(shape[axis])?)?;
            index[axis] = 0;
        }
    }
}

/// Copies `count` elements with this stride.
fn row(from: &[u8], count: usize, stride: usize, width: usize, out: &mut Vec<u8>) -> Option<()> {
    match width {
        2 => strided::<2>(from, count, stride, out),
        4 => strided::<4>(from, count, stride, out),
        8 => strided::<8>(from, count, stride, out),
        _ => {
            for at in 0..count {
                let start = at.checked_mul(stride)?.checked_mul(width)?;
                out.extend_from_slice(from.get(start..start.checked_add(width)?)?);
            }
            Some(())
        }
    }
}

/// [`row`] with a constant element width.
fn strided<const WIDTH: usize>(from: &[u8], count: usize, stride: usize, out: &mut Vec<u8>) -> Option<()> {
    let (elements, _) = from.as_chunks::<WIDTH>();
    if stride == 0 {
        let element = elements.first()?;
        (0..count).for_each(|_| out.extend_from_slice(element));
        return Some(());
    }
    if elements.len() <= (count - 1).checked_mul(stride)? {
        return None;
    }
    elements.iter().step_by(stride).take(count).for_each(|element| out.extend_from_slice(element));
    Some(())
}

#[cfg(test)]
mod tests {
    use fanin_core::values::Dtype;

    use super::*;

    const BYTES: ElementType = ElementType::Other { name: "u8", bits: 8 };

    #[test]
    fn views_come_out_row_after_row() {
        let from: Vec<u8> = (0..24).collect();
        assert_eq!(gather(&from, &[2, 3], &[1, 2], BYTES).expect("a transpose"), [0, 2, 4, 1, 3, 5]);
        assert_eq!(gather(&from, &[2, 2, 2], &[12, 1, 4], BYTES).expect("a permutation"), [0, 4, 1, 5, 12, 16, 13, 17]);
        assert_eq!(gather(&from[7..], &[3], &[0], BYTES).expect("an expansion"), [7, 7, 7]);
        assert_eq!(gather(&from, &[2, 2], &[6, 1], BYTES).expect("a slice"), [0, 1, 6, 7]);
        assert_eq!(gather(&from, &[], &[], BYTES).expect("a scalar"), [0]);
        assert_eq!(gather(&from, &[2, 0], &[1, 1], BYTES).expect("nothing"), [0_u8; 0]);
        let wide = ElementType::Float(Dtype::F32);
        assert_eq!(gather(&from, &[2, 2], &[1, 3], wide).expect("a transpose")[..8], [0, 1, 2, 3, 12, 13, 14, 15]);
    }

    #[test]
    fn values_outside_have_no_mass() {
        let from = [0; 24];
        assert!(gather(&from, &[2, 13], &[13, 1], BYTES).is_none());
        assert!(gather(&from, &[2, 13], &[1, 2], BYTES).is_none());
        assert!(gather(&from, &[2, 4], &[1, 2], ElementType::Float(Dtype::F32)).is_none());
        assert!(gather(&from, &[2, 2], &[usize::MAX, usize::MAX], BYTES).is_none());
    }
}
