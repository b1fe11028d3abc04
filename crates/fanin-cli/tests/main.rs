//! Tests that run the `fanin` command as a process.

mod audit;
mod bad_input;
mod command;
mod compare;
mod diff;
mod explain;
mod fill;
mod hostile;
mod identify;
mod lists;
mod manners;
mod sample;
