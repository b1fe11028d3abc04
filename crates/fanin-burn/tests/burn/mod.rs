//! The network laws for this backend, and its agreement with the ndarray backend, whose tests contain the laws.

mod agreement;
mod products;

use fanin_burn::Mlp;

/// burn runs large matrix products on rayon: a pool of one thread fixes the order of their sums.
fn in_one_thread(law: impl FnOnce() + Send) {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(law);
}

crate::network::laws!(Mlp, in_one_thread);
