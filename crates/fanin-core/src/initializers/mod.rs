//! The initializers.
//!
//! | initializer | values | source |
//! |---|---|---|
//! | [`Zeros`], [`Ones`], [`Constant`] | one value | |
//! | [`Uniform`] | uniform on `[low, high)` | |
//! | [`Normal`] | normal | |
//! | [`TruncatedNormal`] | normal, cut at bounds in sigma or as values | |
//! | [`VarianceScaling`] | variance `gain^2 scale / n` for a fan `n` | He et al. 2015 |
//! | [`glorot_normal`], [`glorot_uniform`] | variance `2 / (fan_in + fan_out)` | Glorot & Bengio 2010, eq. 12 and 16 |
//! | [`he_normal`], [`he_uniform`] | variance `2 / fan_in` | He et al. 2015, eq. 10 |
//! | [`lecun_normal`], [`lecun_uniform`] | variance `1 / fan_in` | LeCun et al. 1998, section 4.6 |
//! | [`LogUniform`] | the logarithm uniform | |
//! | [`fan_in_uniform`] | uniform on `±1 / sqrt(fan_in)` | LeCun et al. 1998, section 4.6 |
//! | [`Siren`] | uniform, for sines | Sitzmann et al. 2020, section 3.2 |
//! | [`Sparse`] | normal, as many zeros in every column | Martens 2010, section 5 |
//! | [`Eye`], [`identity`] | the identity matrix | Le, Jaitly & Hinton 2015 |
//! | [`Dirac`] | the identity as a convolution | Zagoruyko & Komodakis 2017 |
//! | [`DeltaOrthogonal`] | an orthogonal matrix at the middle of a kernel | Xiao et al. 2018 |
//! | [`ConvolutionAware`] | kernels orthogonal to each other, output by output | Aghajanyan 2017 |
//! | [`Center`] | a matrix at the middle of a kernel | Xiao et al. 2018 |
//! | [`Hadamard`], [`ZeroHadamard`] | signs of one size; identities and Hadamard matrices | Zhao et al. 2021 |
//! | [`Bernoulli`], [`Triangle`] | ones and zeros: masks | |
//! | [`Linspace`], [`Ramp`] | rising values, for tests | |
//! | [`GateBias`] | one gate of an LSTM or GRU open | Gers et al. 2000 |
//! | [`MambaALog`], [`MambaDtBias`] | transition matrix and time steps | Gu & Dao 2023 |
//! | [`Scaled`], [`Masked`], [`Sum`] | others' values, changed or added | |
//! | [`Packed`], [`lstm_gates`], [`gru_gates`], [`PerSlice`], [`BlockDiagonal`] | several matrices in one, each with its own fans | |
//! | [`Mirrored`] | halves of opposite sign | Balduzzi et al. 2017 |
//! | [`Embedding`] | a table with a row of zeros | |
//! | [`Orthogonal`] | orthonormal rows or columns, uniform by Haar's measure | Saxe et al. 2014, Stewart 1980 |
//! | [`from_distribution`] | any `rand_distr` distribution | |
//! | [`from_fn`] | any closure over an `Rng` | |

mod closure;
mod composition;
mod constant;
mod from_distribution;
mod log_uniform;
mod models;
mod normal;
mod orthogonal;
mod structured;
mod truncated_normal;
mod uniform;
mod variance_scaling;

pub use closure::{FromFn, from_fn};
pub use composition::{
    BlockDiagonal, Embedding, Masked, Mirrored, Packed, PerSlice, Scaled, Sum, gru_gates, lstm_gates,
};
pub use constant::{Constant, Ones, Zeros};
pub use from_distribution::{FromDistribution, from_distribution};
pub use log_uniform::LogUniform;
pub use models::{GateBias, GruOrder, LstmOrder, MambaALog, MambaDtBias, Siren};
pub use normal::Normal;
pub use orthogonal::Orthogonal;
pub use structured::{
    Bernoulli, Center, ConvolutionAware, DeltaOrthogonal, Dirac, Eye, Hadamard, Linspace, Ramp, Sparse, Triangle,
    TrianglePart, ZeroHadamard, identity,
};
pub use truncated_normal::TruncatedNormal;
pub use uniform::Uniform;
pub use variance_scaling::{
    FanMode, ScalingDistribution, VarianceScaling, fan_in_uniform, glorot_normal, glorot_uniform, he_normal,
    he_uniform, lecun_normal, lecun_uniform,
};
