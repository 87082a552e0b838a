//! The rules of the house that a machine can check.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Rust files below a folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => rust_files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension() == Some("rs".as_ref()))
        .collect()
}

fn crates() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("crates")).unwrap();
    let mut crates: Vec<PathBuf> = folders.map(|folder| folder.unwrap().path()).collect();
    crates.push(root().join("xtask"));
    crates
}

/// How many unsafe blocks, functions, implementations and foreign blocks a file has.
fn unsafe_in(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let count = |line: &str| {
        let forms = ["{", "fn", "impl", "extern"].map(|form| ["unsafe", form].join(" "));
        forms.iter().map(|form| line.matches(form).count()).sum::<usize>()
    };
    code.map(count).sum()
}

#[test]
fn unsafe_stands_in_one_crate_and_is_counted() {
    let mut linux = 0;
    for folder in crates() {
        let count: usize = rust_files(&folder).iter().map(|file| unsafe_in(file)).sum();
        match folder.file_name().unwrap().to_str().unwrap() {
            "linux" => linux = count,
            name => assert_eq!(count, 0, "unsafe in {name}"),
        }
    }
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let line = format!("Unsafe blocks: {linux}, in `crates/linux` alone.");
    assert!(linux > 0 && architecture.contains(&line), "ARCHITECTURE.md should say: {line}");
}

#[test]
fn every_other_crate_forbids_unsafe() {
    for folder in crates() {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "linux" {
            continue;
        }
        let tops = ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file));
        let tops: Vec<_> = tops.iter().filter(|file| file.exists()).collect();
        assert!(!tops.is_empty(), "{name}");
        for top in tops {
            let text = std::fs::read_to_string(top).unwrap();
            assert!(text.contains("#![forbid(unsafe_code)]"), "{}", top.display());
        }
    }
}

#[test]
fn no_manifest_points_up() {
    let below: [(&str, &[&str]); 7] = [
        ("abi", &[]),
        ("netlink", &["abi"]),
        ("kernel", &["abi"]),
        ("linux", &["abi", "kernel"]),
        ("virtual", &["abi", "kernel", "netlink"]),
        ("rootless", &["abi", "kernel", "linux", "netlink", "virtual"]),
        ("netdevice", &["abi", "kernel", "linux", "netlink"]),
    ];
    for (name, allowed) in below {
        let manifest = root().join("crates").join(name).join("Cargo.toml");
        let text = std::fs::read_to_string(manifest).unwrap();
        let section = text.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
        let ours = section.lines().filter_map(|line| line.strip_prefix("ifctl-"));
        for dependency in ours.map(|line| line.split([' ', '.']).next().unwrap()) {
            assert!(allowed.contains(&dependency), "{name} depends on {dependency}");
        }
    }
}
