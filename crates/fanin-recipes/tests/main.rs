//! Built-in recipes, compared with hand-computed numbers and with the frameworks' own models.

mod models;
mod shipped;
