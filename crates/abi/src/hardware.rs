//! Link layer types.

/// The type of a device's link layer: an `ARPHRD_*` number, what `sa_family` of a hardware address
/// holds.
///
/// See netdevice(7) (`SIOCGIFHWADDR`) and the kernel's `include/uapi/linux/if_arp.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct HardwareType(pub u16);

macro_rules! hardware_types {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $arphrd:literal;)*) => {
        impl HardwareType {
            $($(#[$doc])* #[doc(alias = $arphrd)] pub const $name: Self = Self($number);)*

            /// Returns the kernel's name of the type (`ARPHRD_ETHER`), if it is one of those named
            /// here.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($arphrd),)*
                    _ => None,
                }
            }
        }
    };
}

hardware_types! {
    /// AMPR NET/ROM.
    NETROM = 0, "ARPHRD_NETROM";
    /// Ethernet, and what looks like it: veth, bridge, macvlan, tap.
    ETHER = 1, "ARPHRD_ETHER";
    /// AMPR AX.25.
    AX25 = 3, "ARPHRD_AX25";
    /// ARCnet.
    ARCNET = 7, "ARPHRD_ARCNET";
    /// Frame relay DLCI.
    DLCI = 15, "ARPHRD_DLCI";
    /// EUI-64.
    EUI64 = 27, "ARPHRD_EUI64";
    /// InfiniBand, whose addresses have 20 bytes.
    INFINIBAND = 32, "ARPHRD_INFINIBAND";
    /// SLIP.
    SLIP = 256, "ARPHRD_SLIP";
    /// SLIP with VJ compression.
    CSLIP = 257, "ARPHRD_CSLIP";
    /// SLIP in six bits.
    SLIP6 = 258, "ARPHRD_SLIP6";
    /// SLIP in six bits with VJ compression.
    CSLIP6 = 259, "ARPHRD_CSLIP6";
    /// Adaptive SLIP.
    ADAPT = 264, "ARPHRD_ADAPT";
    /// AMPR ROSE.
    ROSE = 270, "ARPHRD_ROSE";
    /// X.25.
    X25 = 271, "ARPHRD_X25";
    /// PPP.
    PPP = 512, "ARPHRD_PPP";
    /// Cisco HDLC.
    HDLC = 513, "ARPHRD_HDLC";
    /// LAPB.
    LAPB = 516, "ARPHRD_LAPB";
    /// IPIP tunnel.
    TUNNEL = 768, "ARPHRD_TUNNEL";
    /// IPv6 tunnel.
    TUNNEL6 = 769, "ARPHRD_TUNNEL6";
    /// Frame relay access device.
    FRAD = 770, "ARPHRD_FRAD";
    /// Loopback.
    LOOPBACK = 772, "ARPHRD_LOOPBACK";
    /// FDDI.
    FDDI = 774, "ARPHRD_FDDI";
    /// IPv6 in IPv4.
    SIT = 776, "ARPHRD_SIT";
    /// GRE over IP.
    IPGRE = 778, "ARPHRD_IPGRE";
    /// HIPPI.
    HIPPI = 780, "ARPHRD_HIPPI";
    /// Nexus 64 Mb/s Ash.
    ASH = 781, "ARPHRD_ASH";
    /// Acorn Econet.
    ECONET = 782, "ARPHRD_ECONET";
    /// IrLAP.
    IRDA = 783, "ARPHRD_IRDA";
    /// No type known.
    VOID = 0xffff, "ARPHRD_VOID";
    /// No link layer header at all: tun, WireGuard.
    NONE = 0xfffe, "ARPHRD_NONE";
}
