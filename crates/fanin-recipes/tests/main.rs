//! Tests of the built-in recipes against hand-computed numbers and the frameworks' own models.

mod models;
mod shipped;
