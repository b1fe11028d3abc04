//! Tests of values, initializers and gains against goldens, references and their own windows.

mod blocks;
mod blocks_goldens;
mod composition;
mod convolution_identity;
mod gains;
mod orthogonal;
mod overflow;
mod parts_goldens;
mod values_goldens;
mod values_statistics;
mod values_truncated_law;
mod values_windows;
