//! The suite that runs on both kernels, and namespaces for tests.
//!
//! Not published. Tests of every crate use it: a test body runs in a network namespace of its own on
//! the real kernel ([`private`]), drops its privilege where it proves a refusal ([`unprivileged`]),
//! and asks real peers ([`sh`]); or it runs there and on the model, and must read the same ([`on_both`]).
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helper fails a test"
)]

mod both;
mod ip;
mod namespace;
mod peer;
pub mod sequence;

pub use both::{Setting, on_both, on_both_in_two, on_linux, on_model, release};
pub use ip::ip;
pub use namespace::{has_init_capabilities, private, unprivileged};
pub use peer::{Output, installed, peer, say, sh, try_sh};
