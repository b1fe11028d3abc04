//! Branch-free selection between two computed numbers.
//!
//! For an `if`, the compiler may branch around work that only one side needs, even a load from an array, and a loop
//! over lanes with such a branch does not always vectorize. Bit masks avoid the branch.

/// Returns `yes` if `choice` is true, otherwise `no`.
#[inline(always)]
pub(crate) fn either_u32(choice: bool, yes: u32, no: u32) -> u32 {
    let mask = u32::from(choice).wrapping_neg();
    yes & mask | no & !mask
}

/// Returns `yes` if `choice` is true, otherwise `no`.
#[inline(always)]
pub(crate) fn either_u64(choice: bool, yes: u64, no: u64) -> u64 {
    let mask = u64::from(choice).wrapping_neg();
    yes & mask | no & !mask
}

/// Returns `yes` if `choice` is true, otherwise `no`.
#[inline(always)]
pub(crate) fn either_f32(choice: bool, yes: f32, no: f32) -> f32 {
    f32::from_bits(either_u32(choice, yes.to_bits(), no.to_bits()))
}

/// Returns `yes` if `choice` is true, otherwise `no`.
#[inline(always)]
pub(crate) fn either_f64(choice: bool, yes: f64, no: f64) -> f64 {
    f64::from_bits(either_u64(choice, yes.to_bits(), no.to_bits()))
}

#[cfg(test)]
mod tests {
    use super::{either_f32, either_f64};

    #[test]
    fn the_bits_of_one_of_the_two() {
        for (yes, no) in [(1.5, -2.0), (-0.0, f32::INFINITY), (f32::MIN_POSITIVE, 0.0)] {
            assert_eq!(either_f32(true, yes, no).to_bits(), yes.to_bits());
            assert_eq!(either_f32(false, yes, no).to_bits(), no.to_bits());
            let (yes, no) = (f64::from(yes), f64::from(no));
            assert_eq!(either_f64(true, yes, no).to_bits(), yes.to_bits());
            assert_eq!(either_f64(false, yes, no).to_bits(), no.to_bits());
        }
    }
}
