//! What a device says of its queues and of how long a piece it takes at once.

/// The processors that the model has; veth makes a queue for each.
#[doc(alias = "num_possible_cpus")]
pub(crate) const PROCESSORS: u32 = 2;

/// The longest piece that is put together for a device that says nothing else, in bytes.
#[doc(alias = "GSO_LEGACY_MAX_SIZE")]
pub(crate) const LEGACY_SIZE: u32 = 65536;

/// The longest piece of all, in bytes.
#[doc(alias = "GSO_MAX_SIZE")]
pub(crate) const LONGEST_SIZE: u32 = 8 * 65535;

/// The most packets that one piece stands for.
#[doc(alias = "GSO_MAX_SEGS")]
pub(crate) const MOST_SEGMENTS: u32 = 65535;

/// The queues of a device.
#[derive(Debug, Clone)]
pub(crate) struct Queues {
    pub(crate) transmit: u32,
    pub(crate) receive: u32,
    /// What the driver sends is sent at once.
    #[doc(alias = "IFF_NO_QUEUE")]
    pub(crate) none: bool,
    /// The queueing discipline's name.
    pub(crate) discipline: &'static str,
    /// Nanoseconds for which joined packets may wait.
    #[doc(alias = "gro_flush_timeout")]
    pub(crate) flush_timeout: u64,
    /// Polls without a packet before interrupts are on again.
    #[doc(alias = "napi_defer_hard_irqs")]
    pub(crate) deferred_interrupts: i32,
}

impl Default for Queues {
    fn default() -> Self {
        Self {
            transmit: 1,
            receive: 1,
            none: true,
            discipline: NOTHING,
            flush_timeout: 0,
            deferred_interrupts: 0,
        }
    }
}

/// The discipline of a device that was never up, or is gone.
const NOTHING: &str = "noop";

impl Queues {
    /// Gives the device its discipline, when it comes up for the first time.
    #[doc(alias = "attach_default_qdiscs")]
    pub(crate) fn attach(&mut self) {
        if self.discipline == NOTHING {
            self.discipline = match (self.none, self.transmit) {
                (true, _) => "noqueue",
                (false, 0 | 1) => "pfifo_fast",
                (false, _) => "mq",
            };
        }
    }

    /// Returns whether the discipline can have the memory for as many packets.
    #[doc(alias("dev_qdisc_change_tx_queue_len", "pfifo_fast_change_tx_queue_len"))]
    pub(crate) fn can_hold(&self, packets: u32) -> bool {
        /// Pointers in the largest piece of memory that the kernel gives: `KMALLOC_MAX_SIZE`.
        const MOST: u32 = (4 << 20) / 8;
        !matches!(self.discipline, "pfifo_fast" | "mq") || packets <= MOST
    }

    /// Takes the discipline away.
    #[doc(alias = "dev_shutdown")]
    pub(crate) fn shut_down(&mut self) {
        self.discipline = NOTHING;
    }
}

/// How long a piece a device takes at once, sending and receiving.
pub(crate) use crate::state::Segmentation;

impl Default for Segmentation {
    fn default() -> Self {
        Self {
            gso_max_size: LEGACY_SIZE,
            gso_max_segments: MOST_SEGMENTS,
            gso_ipv4_max_size: LEGACY_SIZE,
            gro_max_size: LEGACY_SIZE,
            gro_ipv4_max_size: LEGACY_SIZE,
            tso_max_size: LEGACY_SIZE,
            tso_max_segments: MOST_SEGMENTS,
        }
    }
}

impl Segmentation {
    /// Returns that of a device for which the longest pieces are put together.
    pub(crate) fn longest() -> Self {
        Self { tso_max_size: LONGEST_SIZE, ..Self::default() }
    }
}
