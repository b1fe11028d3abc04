//! Axes: fused experts, kernels of every layout, tables.
