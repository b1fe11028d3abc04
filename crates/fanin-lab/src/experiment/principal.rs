//! Projection onto the first two principal components.

/// The mean of points of `width` coordinates, and two orthonormal directions.
pub(super) struct Plane {
    mean: Vec<f64>,
    directions: [Vec<f64>; 2],
}

impl Plane {
    /// Computes the first two principal directions by power iteration from a fixed start, each with its largest
    /// component positive. Without variance, it falls back to the first coordinates.
    pub(super) fn through(points: &[&[f64]], width: usize) -> Self {
        let mut mean = vec![0.0; width];
        for point in points {
            add(&mut mean, point, 1.0);
        }
        let count = f64::from(u32::try_from(points.len().max(1)).unwrap_or(u32::MAX));
        scale(&mut mean, 1.0 / count);
        let first = direction(points, &mean, &axis(width, 0), None);
        let second = direction(points, &mean, &axis(width, 1), Some(&first));
        Self { mean, directions: [first, second] }
    }

    /// Projects a point onto the plane.
    pub(super) fn project(&self, point: &[f64]) -> [f64; 2] {
        let along = |direction: &[f64]| {
            point.iter().zip(&self.mean).zip(direction).map(|((value, mean), part)| (value - mean) * part).sum()
        };
        [along(&self.directions[0]), along(&self.directions[1])]
    }
}

fn axis(width: usize, index: usize) -> Vec<f64> {
    (0..width).map(|at| f64::from(u8::from(at == index))).collect()
}

fn add(sum: &mut [f64], values: &[f64], factor: f64) {
    for (total, value) in sum.iter_mut().zip(values) {
        *total += factor * value;
    }
}

fn scale(vector: &mut [f64], factor: f64) {
    for value in vector {
        *value *= factor;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn normalize(vector: &mut [f64]) -> bool {
    let length = dot(vector, vector).sqrt();
    if length.is_normal() {
        scale(vector, 1.0 / length);
    }
    length.is_normal()
}

/// Returns the direction of largest variance orthogonal to `other`.
fn direction(points: &[&[f64]], mean: &[f64], fallback: &[f64], other: Option<&[f64]>) -> Vec<f64> {
    const ROUNDS: usize = 40;
    let clean = |vector: &mut Vec<f64>| {
        if let Some(other) = other {
            let along = dot(vector, other);
            add(vector, other, -along);
        }
        normalize(vector)
    };
    // Uneven, so that it is not orthogonal to any direction that is likely to occur.
    let mut vector: Vec<f64> = [1.0, 1.5, 0.7, 1.2, 0.9].into_iter().cycle().take(mean.len()).collect();
    clean(&mut vector);
    for _ in 0..ROUNDS {
        let offset = dot(mean, &vector);
        let mut next = vec![0.0; mean.len()];
        for point in points {
            let along = dot(point, &vector) - offset;
            add(&mut next, point, along);
            add(&mut next, mean, -along);
        }
        if !clean(&mut next) {
            let mut vector = fallback.to_vec();
            return if clean(&mut vector) { vector } else { fallback.to_vec() };
        }
        vector = next;
    }
    let greatest =
        vector.iter().copied().fold(0.0, |best: f64, value| if value.abs() > best.abs() { value } else { best });
    if greatest < 0.0 {
        scale(&mut vector, -1.0);
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plane_of_flat_points_is_found() {
        let points: Vec<Vec<f64>> = (0..30)
            .map(|i| {
                let (a, b) = (f64::from(i % 6) - 2.5, f64::from(i / 6) - 2.0);
                vec![5.0 + 3.0 * a, 1.0 + b, 1.0 - b, 7.0]
            })
            .collect();
        let rows: Vec<&[f64]> = points.iter().map(Vec::as_slice).collect();
        let plane = Plane::through(&rows, 4);
        let [x, y] = plane.project(&points[29]);
        assert!((x - 7.5).abs() < 1e-9, "{x}");
        assert!((y - 8.0_f64.sqrt()).abs() < 1e-9, "{y}");
    }

    #[test]
    fn points_that_do_not_spread_lie_at_the_origin() {
        for width in [1, 2, 5] {
            let zeros = vec![0.0; width];
            let plane = Plane::through(&[&zeros, &zeros], width);
            assert_eq!(plane.project(&zeros), [0.0, 0.0]);
        }
        assert_eq!(Plane::through(&[], 3).project(&[1.0, 2.0, 3.0]), [1.0, 2.0]);
    }
}
