//! The laws of a network, on this backend.

use fanin_ndarray::Mlp;

fn here(law: impl FnOnce()) {
    law();
}

crate::network::laws!(Mlp, here);
