//! The laws of a network, on this backend, and that it agrees with the ndarray backend, beside whose tests the laws are
//! written.

mod agreement;
mod many_parameters;

use fanin_candle::Mlp;

/// candle hands matrix products to rayon: a pool of one thread keeps their sums in one order.
fn in_one_thread(law: impl FnOnce() + Send) {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(law);
}

crate::network::laws!(Mlp, in_one_thread);
