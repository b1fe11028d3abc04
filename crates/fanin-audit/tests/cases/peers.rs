//! Peers, trends and roles.
