//! Fits the weights of the rules to labelled folders: how `assets/weights.toml` was made. See docs/weights.md.
//!
//! ```text
//! cargo run --release --ignore-rust-version --example fit -- --phish DIR --ham DIR --sources AGE:PREFIX,... --out assets/weights.toml
//! ```

use clap::Parser;
use gosanke::cli::fit::{FitArgs, run};

/// Fits the weights of the rules to labelled folders of mail.
#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    fit: FitArgs,
}

fn main() -> anyhow::Result<()> {
    run(&Cli::parse().fit)
}
