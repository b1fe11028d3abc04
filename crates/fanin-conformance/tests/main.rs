//! The conformance laws, run on fanin's own initializers and backends and on impostors.

mod backend_impostors;
mod backends;
mod calibration;
mod fans_by_hand;
mod initializer_impostors;
mod initializers;
mod initializers_of_strangers;
mod reference;
