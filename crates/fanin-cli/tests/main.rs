//! The command `fanin`, run as a process.

mod audit;
mod command;
mod diff;
mod explain;
mod fanin;
mod fill;
mod hostile;
mod identify;
