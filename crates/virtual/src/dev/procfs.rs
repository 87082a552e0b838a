//! The text of /proc/net/dev (`net/core/net-procfs.c`).

use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_kernel::Errno;

const HEADER: &str = "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

/// The widths of the counters.
const WIDTHS: [usize; 16] = [7, 7, 4, 4, 4, 5, 10, 9, 8, 7, 4, 4, 4, 5, 7, 10];

/// Returns the text. The model carries no packets: all counters are 0.
#[doc(alias = "dev_seq_show")]
pub(crate) fn proc_dev(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    const NAME: usize = 6;
    let mut text = HEADER.as_bytes().to_vec();
    for (_, id) in machine.net(net)?.by_index_from(0) {
        let name = machine.device(id)?.name;
        let padding = NAME.saturating_sub(name.as_bytes().len());
        text.resize(text.len() + padding, b' ');
        text.extend_from_slice(name.as_bytes());
        text.push(b':');
        for width in WIDTHS {
            text.extend_from_slice(format!(" {:>width$}", 0).as_bytes());
        }
        text.push(b'\n');
    }
    Ok(text)
}
