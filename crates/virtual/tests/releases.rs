//! What one release of Linux answers and another does not. `cargo xtask kernels` compares each with a Linux
//! of that release; these are what a caller meets first.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use ifctl_abi::DeviceName;
use ifctl_netdevice::{Bridge, Errno, Kernel, LinkKind, LinkSpec, Rtnetlink};
use ifctl_virtual::{Release, VirtualKernel};
use std::path::Path;

/// Returns the oldest release for which an answer is yes, and asserts that all later ones agree.
fn since(answer: impl Fn(Release) -> bool) -> Option<Release> {
    let answers = Release::ALL.map(|release| (release, answer(release)));
    assert!(answers.is_sorted_by_key(|(_, answer)| *answer), "{answers:?}");
    answers.into_iter().find(|(_, answer)| *answer).map(|(release, _)| release)
}

#[test]
fn each_release_has_the_settings_that_it_has() {
    let first_with = |path: &str| {
        since(|release| VirtualKernel::with_release(release).read(Path::new(path)).is_ok())
    };
    for (setting, release) in [
        ("ipv4/conf/lo/rp_filter", Release::V5_10),
        ("ipv4/conf/lo/arp_evict_nocarrier", Release::V6_1),
        ("ipv6/conf/all/ioam6_id", Release::V6_1),
        ("ipv6/conf/lo/ra_honor_pio_life", Release::V6_12),
        ("ipv6/conf/lo/force_forwarding", Release::V6_18),
    ] {
        assert_eq!(first_with(&format!("/proc/sys/net/{setting}")), Some(release), "{setting}");
    }
}

#[test]
fn a_device_that_is_up_can_be_renamed_since_linux_6_2() {
    let can_rename = |release| {
        let kernel = VirtualKernel::with_release(release);
        let name: DeviceName = "br0".parse().unwrap();
        let spec =
            LinkSpec { is_up: true, ..LinkSpec::new(name, LinkKind::Bridge(Bridge::default())) };
        let mut rtnetlink = Rtnetlink::open(&kernel).unwrap();
        rtnetlink.add_device(&spec).unwrap();
        let index = rtnetlink.device_named(b"br0").unwrap().index;
        match rtnetlink.rename_device(index, "br1".parse().unwrap()) {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(error.errno(), Some(Errno::EBUSY));
                false
            }
        }
    };
    assert_eq!(since(can_rename), Some(Release::V6_12));
}

#[test]
fn a_name_of_a_release_that_is_not_known_stands_for_the_last_one_before_it() {
    let known = ["5.10.0-35-amd64", "6.1.141", "6.11", "6.12.0", "6.18.44-fc", "7.3"];
    let releases = known.map(|name| Release::of(name).unwrap().to_string());
    assert_eq!(releases, ["5.10", "6.1", "6.1", "6.12", "6.18", "6.18"]);
    assert_eq!(["4.19.0", "Linux", ""].map(Release::of), [None; 3]);
}
