//! The tables of netdevice(7)'s requests in the documents, held against the code and the kernel.
//!
//! `IFCTL_UPDATE_DOCS=1 cargo test -p ifctl-netdevice --test netdevice_doc` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Veth, name};
use ifctl_conformance::{Setting, has_init_capabilities, on_linux, on_model, private};
use ifctl_netdevice::{Control, DeviceFlags, Error, Family, HardwareAddress, IfMap};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

type Ask = fn(&Control<'static>) -> Result<(), Error>;

/// A request: its function, the words for `ifctl ioctl` behind its name, a test that proves it, and how
/// to ask for it here, on a veth `e0` that is down.
struct Row {
    request: &'static str,
    words: &'static str,
    function: &'static str,
    test: &'static str,
    ask: Ask,
}

macro_rules! rows {
    ($($request:ident $words:literal $function:ident $test:ident $ask:expr;)*) => {
        &[$(Row {
            request: stringify!($request),
            words: $words,
            function: stringify!($function),
            test: stringify!($test),
            ask: $ask,
        },)*]
    };
}

const MULTICAST: HardwareAddress = HardwareAddress::ethernet([1, 0, 0x5e, 0x7f, 0, 1]);

const ROWS: &[Row] = rows! {
    SIOCGIFNAME "INDEX" name a_device_is_found_by_its_index_and_by_its_name
        |c| c.name(1).map(drop);
    SIOCGIFINDEX "DEVICE" index a_device_is_found_by_its_index_and_by_its_name
        |c| c.index(name("e0")).map(drop);
    SIOCGIFFLAGS "DEVICE" flags each_settable_flag_of_the_manual_page_is_set_and_cleared_alone
        |c| c.flags(name("e0")).map(drop);
    SIOCSIFFLAGS "DEVICE FLAGS" set_flags each_settable_flag_of_the_manual_page_is_set_and_cleared_alone
        |c| c.set_flags(name("e0"), DeviceFlags::MULTICAST);
    SIOCGIFPFLAGS "DEVICE" private_flags private_flags_are_refused_as_linux_refuses_them
        |c| c.private_flags(name("e0")).map(drop);
    SIOCSIFPFLAGS "DEVICE BITS" set_private_flags private_flags_are_refused_as_linux_refuses_them
        |c| c.set_private_flags(name("e0"), 1);
    SIOCGIFMETRIC "DEVICE" metric the_metric_reads_as_zero_and_cannot_be_set
        |c| c.metric(name("e0")).map(drop);
    SIOCSIFMETRIC "DEVICE METRIC" set_metric the_metric_reads_as_zero_and_cannot_be_set
        |c| c.set_metric(name("e0"), 1);
    SIOCGIFMTU "DEVICE" mtu the_mtu_is_set_within_the_drivers_limits
        |c| c.mtu(name("e0")).map(drop);
    SIOCSIFMTU "DEVICE BYTES" set_mtu the_mtu_is_set_within_the_drivers_limits
        |c| c.set_mtu(name("e0"), 1400);
    SIOCGIFHWADDR "DEVICE" hardware_address the_hardware_address_is_read_and_set
        |c| c.hardware_address(name("e0")).map(drop);
    SIOCSIFHWADDR "DEVICE HARDWARE" set_hardware_address the_hardware_address_is_read_and_set
        |c| c.set_hardware_address(name("e0"), &HardwareAddress::ethernet([2, 0, 0, 0, 0, 3]));
    SIOCSIFHWBROADCAST "DEVICE HARDWARE" set_hardware_broadcast the_hardware_broadcast_address_is_set
        |c| c.set_hardware_broadcast(name("e0"), &HardwareAddress::ethernet([0xff; 6]));
    SIOCGIFMAP "DEVICE" map the_hardware_map_is_read_and_no_virtual_device_takes_one
        |c| c.map(name("e0")).map(drop);
    SIOCSIFMAP "DEVICE MAP" set_map the_hardware_map_is_read_and_no_virtual_device_takes_one
        |c| c.set_map(name("e0"), &IfMap::default());
    SIOCADDMULTI "DEVICE HARDWARE" add_multicast link_layer_multicast_addresses_are_added_and_deleted
        |c| c.add_multicast(name("e0"), &MULTICAST);
    SIOCDELMULTI "DEVICE HARDWARE" delete_multicast link_layer_multicast_addresses_are_added_and_deleted
        |c| c.delete_multicast(name("e0"), &MULTICAST);
    SIOCGIFTXQLEN "DEVICE" tx_queue_length the_transmit_queue_length_is_read_and_set
        |c| c.tx_queue_length(name("e0")).map(drop);
    SIOCSIFTXQLEN "DEVICE PACKETS" set_tx_queue_length the_transmit_queue_length_is_read_and_set
        |c| c.set_tx_queue_length(name("e0"), 500);
    SIOCSIFNAME "DEVICE NAME" rename a_device_is_renamed_with_its_index_kept
        |c| c.rename(name("p0"), name("p1"));
    SIOCGIFCONF "" addresses the_list_of_more_than_ten_thousand_addresses_is_whole
        |c| c.addresses().map(drop);
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The text of all Rust files in a folder.
fn sources(folder: &str) -> String {
    let files = std::fs::read_dir(root().join(folder)).unwrap();
    let rust =
        files.map(|file| file.unwrap().path()).filter(|p| p.extension() == Some("rs".as_ref()));
    rust.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Replaces or compares what stands between the table's marks in a document.
fn hold(path: &str, table: &str) {
    let (begin, end) = ("<!-- requests -->\n", "<!-- end of requests -->");
    let document = text(path);
    let (before, rest) = document.split_once(begin).unwrap_or_else(|| panic!("{path}: no {begin}"));
    let (found, after) = rest.split_once(end).unwrap_or_else(|| panic!("{path}: no {end}"));
    if std::env::var_os("IFCTL_UPDATE_DOCS").is_some() {
        let whole = format!("{before}{begin}{table}{end}{after}");
        std::fs::write(root().join(path), whole).unwrap();
    } else {
        assert_eq!(found, table, "{path} is not current: IFCTL_UPDATE_DOCS=1 writes it anew");
    }
}

#[test]
fn every_request_of_the_manual_page_has_a_row() {
    let page = text("tests/seeds/netdevice.7.txt");
    let words = page.split(|c: char| !c.is_ascii_alphanumeric());
    let asked: BTreeSet<&str> = words.filter(|word| word.starts_with("SIOC")).collect();
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.request).collect();
    let missing: Vec<_> = asked.difference(&rows).collect();
    assert!(
        asked.len() > 15 && missing.is_empty(),
        "of {} requests no row: {missing:?}",
        asked.len()
    );
}

#[test]
fn every_function_and_test_of_a_row_exists() {
    let library = sources("crates/netdevice/src/control");
    let tests = sources("crates/netdevice/tests");
    for row in ROWS {
        let definition = library.split(&format!("#[doc(alias = \"{}\")]", row.request)).nth(1);
        let definition = definition.unwrap_or_else(|| panic!("{}: no alias", row.request));
        let start = definition.trim_start();
        assert!(
            start.starts_with(&format!("pub fn {}(", row.function)),
            "{} is not the function of {}: {:.40}",
            row.function,
            row.request,
            start
        );
        assert!(tests.contains(&format!("fn {}()", row.test)), "{}: no such test", row.test);
    }
}

#[test]
fn the_readmes_table_is_current() {
    let mut table =
        String::from("| request | from the command line | from Rust |\n|---|---|---|\n");
    for Row { request, words, function, .. } in ROWS {
        let line = format!("ifctl ioctl {request} {words}");
        table += &format!("| {request} | `{}` | `Control::{function}` |\n", line.trim_end());
    }
    hold("README.md", &table);
}

#[test]
fn the_document_says_what_the_kernel_answers_and_the_model_too() {
    private(|| {
        let table = on_linux(answers);
        hold("docs/netdevice.md", &table);
        assert_eq!(on_model(answers), table);
    });
}

/// Returns the table of what a kernel answers to whom.
fn answers(kernels: &Setting<'_>) -> String {
    let veth = Veth::new(kernels);
    let answer = |answer: Result<(), Error>| match answer {
        Ok(()) => "done".to_owned(),
        Err(error) => format!("{:?}", error.errno().unwrap()),
    };
    let mut table = String::from(
        "| request | function | with `CAP_NET_ADMIN` | without | test |\n|---|---|---|---|---|\n",
    );
    for Row { request, function, test, ask, .. } in ROWS {
        let refused = ask(&Control::open(kernels.unprivileged, Family::INET).unwrap());
        let mut allowed = ask(&veth.control).map_or_else(|e| answer(Err(e)), |()| answer(Ok(())));
        if !has_init_capabilities() {
            // The document speaks of the initial user namespace, which these two ask for.
            match *request {
                "SIOCSIFMAP" if allowed == "EPERM" => allowed = "EOPNOTSUPP".to_owned(),
                "SIOCSIFTXQLEN" if allowed == "EPERM" => allowed = "done".to_owned(),
                _ => {}
            }
        }
        table += &format!(
            "| {request} | `Control::{function}` | {allowed} | {} | `{test}` |\n",
            answer(refused)
        );
    }
    table
}
