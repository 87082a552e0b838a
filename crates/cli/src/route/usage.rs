//! The version and the usage texts.

use crate::ifconfig::usage::list;
use crate::output::{Output, Text};

/// What `-V` prints.
pub(super) const VERSION: &str = "\
net-tools 2.10
+NEW_ADDRT +RTF_IRTT +RTF_REJECT +I18N +SELINUX
AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH
HW:  +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB +EUI64 
";

const USAGE: &str = "\
Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables
       route [-v] [-FC] {add|del|flush} ...  Modify routing table for AF.

       route {-h|--help} [<AF>]              Detailed usage syntax for specified AF.
       route {-V|--version}                  Display version/author and exit.

        -v, --verbose            be verbose
        -n, --numeric            don't resolve names
        -e, --extend             display other/more information
        -F, --fib                display Forwarding Information Base (default)
        -C, --cache              display routing cache instead of FIB

  <AF>=Use -4, -6, '-A <af>' or '--<af>'; default: inet
  List of possible address families (which support routing):
";

/// How routes of IPv4 are changed.
pub(super) const INET: &str = "\
Usage: inet_route [-vF] del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]
       inet_route [-vF] add {-host|-net} Target[/prefix] [gw Gw] [metric M]
                              [netmask N] [mss Mss] [window W] [irtt I]
                              [mod] [dyn] [reinstate] [[dev] If]
       inet_route [-vF] add {-host|-net} Target[/prefix] [metric M] reject
       inet_route [-FC] flush      NOT supported
";

/// How routes of IPv6 are changed.
pub(super) const INET6: &str = "\
Usage: inet6_route [-vF] del Target
       inet6_route [-vF] add Target [gw Gw] [metric M] [[dev] If]
       inet6_route [-FC] flush      NOT supported
";

/// How routes of X.25 would be changed.
pub(super) const X25: &str = "\
Usage: x25_route [-v] del Target[/mask] [dev] If
       x25_route [-v] add Target[/mask] [dev] If
";

/// The families that could have routes, as the help lists them.
const FAMILIES: [(&str, &str); 8] = [
    ("inet", "DARPA Internet"),
    ("inet6", "IPv6"),
    ("ax25", "AMPR AX.25"),
    ("netrom", "AMPR NET/ROM"),
    ("rose", "AMPR ROSE"),
    ("ipx", "Novell IPX"),
    ("ddp", "Appletalk DDP"),
    ("x25", "CCITT X.25"),
];

/// Prints the usage text for somebody who asked for it, or whose options were not understood. The list
/// of families in it goes to stderr all the same, as it does in net-tools.
pub(super) fn help(output: &mut Output) {
    output.text().str(USAGE);
    let mut text = Text::default();
    list(&mut text, FAMILIES.into_iter());
    output.complain_text(text.as_bytes());
}

/// Prints the usage text for somebody whose words were not understood.
pub(super) fn complain(output: &Output) {
    let mut text = Text::default();
    text.str(USAGE);
    list(&mut text, FAMILIES.into_iter());
    output.complain_text(text.as_bytes());
}
