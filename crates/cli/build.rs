//! Links the compiler's unwinder statically where it is at hand: it is only wanted by a backtrace, and as
//! a shared library it would cost each start a sixth of its time.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    // Another machine's unwinder is not `cc`'s, and other C libraries have their own.
    let is_ours = of("HOST") == of("TARGET")
        && of("CARGO_CFG_TARGET_OS") == "linux"
        && of("CARGO_CFG_TARGET_ENV") == "gnu";
    if !is_ours {
        return;
    }
    let Ok(output) = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output() else {
        return;
    };
    let archive = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if let Some(folder) = Path::new(&archive).parent().filter(|folder| folder.is_absolute()) {
        println!("cargo:rustc-link-search=native={}", folder.display());
        println!("cargo:rustc-link-lib=static:-bundle=gcc_eh");
    }
}
