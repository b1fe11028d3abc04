//! Shipped recipes, beside hand-computed numbers and the frameworks' own models.

mod models;
mod shipped;
