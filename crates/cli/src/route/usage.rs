//! The version and the usage texts.

use super::words::{COMMANDS, Detail, LISTED, OPTIONS, Part, TARGETS, WORDS};
use crate::family::FAMILIES;
use crate::ifconfig::usage::list;
use crate::output::{Output, Text};
use crate::words::{Word, option_lines, usage};
use ifctl_netdevice::RouteFlags;

/// What `-V` prints.
pub(super) const VERSION: &str = "\
net-tools 2.10
+NEW_ADDRT +RTF_IRTT +RTF_REJECT +I18N +SELINUX
AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH
HW:  +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB +EUI64 
";

/// Appends how the routes of a family are changed.
pub(super) type Syntax = fn(&mut Text);

/// Appends how routes of IPv4 are changed.
pub(super) fn inet(text: &mut Text) {
    let reject = Part::Flag(RouteFlags::REJECT);
    let metric_and_reject = |part| part == Part::Metric || part == reject;
    text.str("Usage: inet_route [-vF] del ");
    usage(text, TARGETS);
    usage(text, common());
    text.str("\n       inet_route [-vF] add ");
    usage(text, TARGETS);
    usage(text, WORDS.iter().filter(|word| word.action.part != reject));
    text.str("\n       inet_route [-vF] add ");
    usage(text, TARGETS);
    usage(text, WORDS.iter().filter(|word| metric_and_reject(word.action.part)));
    text.str("\n       inet_route [-FC] flush      NOT supported\n");
}

/// Appends how routes of IPv6 are changed.
pub(super) fn inet6(text: &mut Text) {
    text.str("Usage: inet6_route [-vF] del Target\n       inet6_route [-vF] add Target");
    usage(text, common());
    text.str("\n       inet6_route [-FC] flush      NOT supported\n");
}

/// Appends how routes of X.25 would be changed.
pub(super) fn x25(text: &mut Text) {
    text.str(X25);
}

/// Returns the words that are told of wherever routes are changed.
fn common() -> impl Iterator<Item = &'static Word<Detail>> {
    WORDS.iter().filter(|word| word.action.common)
}

const X25: &str = "\
Usage: x25_route [-v] del Target[/mask] [dev] If
       x25_route [-v] add Target[/mask] [dev] If
";

/// The families that could have routes; their titles are those of all families.
const ROUTED: [&str; 8] = ["inet", "inet6", "ax25", "netrom", "rose", "ipx", "ddp", "x25"];

/// Prints the usage text for somebody who asked for it, or whose options were not understood. The list
/// of families in it goes to stderr all the same, as it does in net-tools.
pub(super) fn help(output: &mut Output) {
    head(output.text());
    let mut text = Text::default();
    families(&mut text);
    output.complain_text(text.as_bytes());
}

/// Prints the usage text for somebody whose words were not understood.
pub(super) fn complain(output: &Output) {
    let mut text = Text::default();
    head(&mut text);
    families(&mut text);
    output.complain_text(text.as_bytes());
}

/// Prints how routes are changed for somebody whose words were not understood.
pub(super) fn complain_of_syntax(output: &Output, syntax: Syntax) {
    let mut text = Text::default();
    syntax(&mut text);
    output.complain_text(text.as_bytes());
}

fn head(text: &mut Text) {
    text.str("Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables\n");
    text.str("       route [-v] [-FC] ");
    usage(text, COMMANDS);
    text.str(" ...  Modify routing table for AF.\n\n");
    text.str(
        "       route {-h|--help} [<AF>]              Detailed usage syntax for specified AF.\n",
    );
    text.str("       route {-V|--version}                  Display version/author and exit.\n\n");
    option_lines(text, OPTIONS, &LISTED);
    text.str("\n  <AF>=Use -4, -6, '-A <af>' or '--<af>'; default: inet\n");
    text.str("  List of possible address families (which support routing):\n");
}

fn families(text: &mut Text) {
    let routed = FAMILIES.iter().filter(|family| ROUTED.contains(&family.name));
    list(text, routed.map(|family| (family.name, family.title)));
}
