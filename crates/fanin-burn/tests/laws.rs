//! The laws of `fanin-conformance` for backends, in both element types.

use fanin_conformance::backend_laws;

backend_laws!(in_f32, fanin_burn::Mlp<f32>);
backend_laws!(in_f64, fanin_burn::Mlp<f64>);
