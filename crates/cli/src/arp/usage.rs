//! The version and the usage text.

use crate::hardware::CLASSES;
use crate::ifconfig::usage::list;
use crate::output::{Output, Text};

/// What `-V` prints.
pub(super) const VERSION: &str = "\
net-tools 2.10
+I18N +SELINUX
AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH
HW: (ether) +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB +EUI64 
";

const USAGE: &str = "\
Usage:
  arp [-vn]  [<HW>] [-i <if>] [-a] [<hostname>]             <-Display ARP cache
  arp [-v]          [-i <if>] -d  <host> [pub]               <-Delete ARP entry
  arp [-vnD] [<HW>] [-i <if>] -f  [<filename>]            <-Add entry from file
  arp [-v]   [<HW>] [-i <if>] -s  <host> <hwaddr> [temp]            <-Add entry
  arp [-v]   [<HW>] [-i <if>] -Ds <host> <if> [netmask <nm>] pub          <-''-

        -a                       display (all) hosts in alternative (BSD) style
        -e                       display (all) hosts in default (Linux) style
        -s, --set                set a new ARP entry
        -d, --delete             delete a specified entry
        -v, --verbose            be verbose
        -n, --numeric            don't resolve names
        -i, --device             specify network interface (e.g. eth0)
        -D, --use-device         read <hwaddr> from given device
        -A, -p, --protocol       specify protocol family
        -f, --file               read new entries from file or from /etc/ethers

  <HW>=Use '-H <hw>' to specify hardware address type. Default: ether
  List of possible hardware types (which support ARP):
";

/// Prints the usage text for somebody who asked for it. The list in it goes to stderr all the same, as it
/// does in net-tools.
pub(super) fn help(output: &mut Output) {
    output.text().str(USAGE);
    let mut text = Text::default();
    classes(&mut text);
    output.complain_text(text.as_bytes());
}

/// Prints the usage text for somebody whose words were not understood.
pub(super) fn complain(output: &Output) {
    let mut text = Text::default();
    text.str(USAGE);
    classes(&mut text);
    output.complain_text(text.as_bytes());
}

fn classes(text: &mut Text) {
    let known = CLASSES.iter().filter(|class| class.has_arp());
    list(text, known.map(|class| (class.name, class.title)));
}
