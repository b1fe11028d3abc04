//! The laws of a network, on this backend.

mod network;

use fanin_ndarray::Mlp;

fn here(law: impl FnOnce()) {
    law();
}

network::laws!(Mlp, here);
