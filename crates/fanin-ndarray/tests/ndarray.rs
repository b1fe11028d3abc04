//! The network laws for this backend.

use fanin_ndarray::Mlp;

fn here(law: impl FnOnce()) {
    law();
}

crate::network::laws!(Mlp, here);
