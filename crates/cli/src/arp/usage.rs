//! The version and the usage text.

use super::words::{LISTED, OPTIONS};
use crate::hardware::CLASSES;
use crate::ifconfig::usage::list;
use crate::output::{Output, Text};
use crate::words::option_lines;

/// What `-V` prints.
pub(super) const VERSION: &str = "\
net-tools 2.10
+I18N +SELINUX
AF: (inet) +UNIX +INET +INET6 +IPX +AX25 +NETROM +X25 +ATALK +ECONET +ROSE -BLUETOOTH
HW: (ether) +ETHER +ARC +SLIP +PPP +TUNNEL -TR +AX25 +NETROM +X25 +FR +ROSE +ASH +SIT +FDDI +HIPPI +HDLC/LAPB +EUI64 
";

/// What can be asked for. It names some options and words of some of the forms, by no rule.
const FORMS: &str = "\
Usage:
  arp [-vn]  [<HW>] [-i <if>] [-a] [<hostname>]             <-Display ARP cache
  arp [-v]          [-i <if>] -d  <host> [pub]               <-Delete ARP entry
  arp [-vnD] [<HW>] [-i <if>] -f  [<filename>]            <-Add entry from file
  arp [-v]   [<HW>] [-i <if>] -s  <host> <hwaddr> [temp]            <-Add entry
  arp [-v]   [<HW>] [-i <if>] -Ds <host> <if> [netmask <nm>] pub          <-''-

";

const HARDWARE: &str = "
  <HW>=Use '-H <hw>' to specify hardware address type. Default: ether
  List of possible hardware types (which support ARP):
";

/// Prints the usage text for somebody who asked for it. The list in it goes to stderr all the same, as it
/// does in net-tools.
pub(super) fn help(output: &mut Output) {
    head(output.text());
    let mut text = Text::default();
    classes(&mut text);
    output.complain_text(text.as_bytes());
}

/// Prints the usage text for somebody whose words were not understood.
pub(super) fn complain(output: &Output) {
    let mut text = Text::default();
    head(&mut text);
    classes(&mut text);
    output.complain_text(text.as_bytes());
}

fn head(text: &mut Text) {
    text.str(FORMS);
    option_lines(text, OPTIONS, &LISTED);
    text.str(HARDWARE);
}

fn classes(text: &mut Text) {
    let known = CLASSES.iter().filter(|class| class.has_arp());
    list(text, known.map(|class| (class.name, class.title)));
}
