//! A bridge's settings and its ports', as messages hold them (`br_netlink.c`).

use super::super::settings::check_address;
use super::{Bridge, bridge_mut, set_snooping};
use crate::dev::{Device, DeviceId};
use crate::machine::Machine;
use crate::release::Release;
use crate::rtnetlink::{Extended, LinkTable, Policy, Rule, parse_nested};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable, AttributeWriter};

/// What the attributes must be like, as far as the model looks at them.
#[doc(alias = "br_policy")]
const POLICY: &Policy = &[
    (IFLA_BR_FORWARD_DELAY, Rule::Number(4)),
    (IFLA_BR_HELLO_TIME, Rule::Number(4)),
    (IFLA_BR_MAX_AGE, Rule::Number(4)),
    (IFLA_BR_AGEING_TIME, Rule::Number(4)),
    (IFLA_BR_STP_STATE, Rule::Number(4)),
    (IFLA_BR_PRIORITY, Rule::Number(2)),
    (IFLA_BR_VLAN_FILTERING, Rule::Number(1)),
    (IFLA_BR_MCAST_ROUTER, Rule::Number(1)),
    (IFLA_BR_MCAST_SNOOPING, Rule::Number(1)),
];

/// What a user sets, as a state keeps it.
pub(super) use crate::state::BridgeSettings as Settings;

impl Default for Settings {
    fn default() -> Self {
        Self {
            forward_delay: 1500,
            hello_time: 200,
            max_age: 2000,
            ageing_time: 30000,
            stp: 0,
            priority: 0x8000,
            vlan_filtering: 0,
            group_forward_mask: 0,
            multicast_router: 1,
            multicast_snooping: 1,
        }
    }
}

/// Checks what a bridge is to be like.
#[doc(alias = "br_validate")]
pub(in crate::drivers) fn check(
    table: &LinkTable<'_>,
    data: Option<&Attribute<'_>>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    if let Some(data) = data {
        parse_nested::<IFLA_BR_COUNT>(extended, data.nested(), POLICY)?;
    }
    check_address(table)
}

/// Changes settings. Those before the first that is refused stay.
#[doc(alias = "br_changelink")]
pub(in crate::drivers) fn change_link(
    machine: &mut Machine,
    id: DeviceId,
    data: &Attribute<'_>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let table: AttributeTable<'_, IFLA_BR_COUNT> = parse_nested(extended, data.nested(), POLICY)?;
    let number = |kind| table.u32(kind).ok().flatten();
    let byte = |kind| table.u8(kind).ok().flatten();
    let Some(bridge) = bridge_mut(machine, id) else { return Err(Errno::EOPNOTSUPP) };
    let settings = &mut bridge.settings;
    let within = |value: u32, least, most| {
        if (least..=most).contains(&value) { Ok(value) } else { Err(Errno::ERANGE) }
    };
    // Times are kept in the kernel's own ticks, of 4 ms here.
    let number = |kind| number(kind).map(|time| time.saturating_mul(5) / 2 * 2 / 5);
    if let Some(delay) = number(IFLA_BR_FORWARD_DELAY) {
        // The limits count while the spanning tree protocol is on.
        settings.forward_delay = if settings.stp == 0 { delay } else { within(delay, 200, 3000)? };
    }
    if let Some(time) = number(IFLA_BR_HELLO_TIME) {
        settings.hello_time = within(time, 100, 1000)?;
    }
    if let Some(age) = number(IFLA_BR_MAX_AGE) {
        settings.max_age = within(age, 600, 4000)?;
    }
    if let Some(time) = number(IFLA_BR_AGEING_TIME) {
        settings.ageing_time = time;
    }
    if let Some(stp) = table.u32(IFLA_BR_STP_STATE).ok().flatten() {
        settings.stp = u32::from(stp != 0);
    }
    if let Some(priority) = table.value::<u16>(IFLA_BR_PRIORITY).ok().flatten() {
        settings.priority = priority;
    }
    if let Some(filtering) = byte(IFLA_BR_VLAN_FILTERING) {
        settings.vlan_filtering = u8::from(filtering != 0);
    }
    if let Some(mask) = table.value::<u16>(IFLA_BR_GROUP_FWD_MASK).ok().flatten() {
        const RESTRICTED: u16 = 7;
        if mask & RESTRICTED != 0 {
            return Err(Errno::EINVAL);
        }
        settings.group_forward_mask = mask;
    }
    if let Some(router) = byte(IFLA_BR_MCAST_ROUTER) {
        if router > 2 {
            return Err(Errno::EINVAL);
        }
        settings.multicast_router = router;
    }
    if let Some(snooping) = byte(IFLA_BR_MCAST_SNOOPING) {
        set_snooping(machine, id, snooping != 0);
    }
    Ok(())
}

impl Bridge {
    /// Returns the identifier: priority and address.
    fn identifier(&self) -> [u8; 8] {
        let [high, low] = self.settings.priority.to_be_bytes();
        let mut identifier = [high, low, 0, 0, 0, 0, 0, 0];
        // A bridge without ports goes by no address, unless it was given one.
        let address = self.address.as_bytes();
        for (to, from) in identifier.iter_mut().skip(2).zip(address) {
            *to = *from;
        }
        identifier
    }

    /// Writes the settings.
    #[doc(alias = "br_fill_info")]
    pub(in crate::drivers) fn fill(&self, release: Release, data: &mut AttributeWriter<'_>) {
        const GROUP_ADDRESS: [u8; 6] = [0x01, 0x80, 0xc2, 0, 0, 0];
        // Options that are on or off: which of them there are.
        let options: u32 = match release {
            Release::V5_10 => 1,
            Release::V6_1 | Release::V6_12 => 7,
            Release::V6_18 => 0x1f,
        };
        let settings = &self.settings;
        let identifier = self.identifier();
        for timer in [
            IFLA_BR_HELLO_TIMER,
            IFLA_BR_TCN_TIMER,
            IFLA_BR_TOPOLOGY_CHANGE_TIMER,
            IFLA_BR_GC_TIMER,
        ] {
            data.u64(timer, 0);
        }
        data.u32(IFLA_BR_FORWARD_DELAY, settings.forward_delay)
            .u32(IFLA_BR_HELLO_TIME, settings.hello_time)
            .u32(IFLA_BR_MAX_AGE, settings.max_age)
            .u32(IFLA_BR_AGEING_TIME, settings.ageing_time)
            .u32(IFLA_BR_STP_STATE, settings.stp)
            .u16(IFLA_BR_PRIORITY, settings.priority)
            .u8(IFLA_BR_VLAN_FILTERING, settings.vlan_filtering)
            .u16(IFLA_BR_GROUP_FWD_MASK, settings.group_forward_mask)
            .bytes(IFLA_BR_BRIDGE_ID, &identifier)
            .bytes(IFLA_BR_ROOT_ID, &identifier)
            .u16(IFLA_BR_ROOT_PORT, 0)
            .u32(IFLA_BR_ROOT_PATH_COST, 0)
            .u8(IFLA_BR_TOPOLOGY_CHANGE, 0)
            .u8(IFLA_BR_TOPOLOGY_CHANGE_DETECTED, 0)
            .bytes(IFLA_BR_GROUP_ADDR, &GROUP_ADDRESS)
            .value(IFLA_BR_MULTI_BOOLOPT, &[0, options]);
        if release >= Release::V6_12 {
            data.u32(IFLA_BR_FDB_N_LEARNED, 0).u32(IFLA_BR_FDB_MAX_LEARNED, 0);
        }
        Self::fill_multicast(settings, data);
        data.u8(IFLA_BR_NF_CALL_IPTABLES, 0)
            .u8(IFLA_BR_NF_CALL_IP6TABLES, 0)
            .u8(IFLA_BR_NF_CALL_ARPTABLES, 0);
    }

    fn fill_multicast(settings: &Settings, data: &mut AttributeWriter<'_>) {
        data.u8(IFLA_BR_MCAST_ROUTER, settings.multicast_router)
            .u8(IFLA_BR_MCAST_SNOOPING, settings.multicast_snooping)
            .u8(IFLA_BR_MCAST_QUERY_USE_IFADDR, 0)
            .u8(IFLA_BR_MCAST_QUERIER, 0)
            .u8(IFLA_BR_MCAST_STATS_ENABLED, 0)
            .u32(IFLA_BR_MCAST_HASH_ELASTICITY, 16)
            .u32(IFLA_BR_MCAST_HASH_MAX, 4096)
            .u32(IFLA_BR_MCAST_LAST_MEMBER_CNT, 2)
            .u32(IFLA_BR_MCAST_STARTUP_QUERY_CNT, 2)
            .u8(IFLA_BR_MCAST_IGMP_VERSION, 2)
            .u8(IFLA_BR_MCAST_MLD_VERSION, 1)
            .u64(IFLA_BR_MCAST_LAST_MEMBER_INTVL, 100)
            .u64(IFLA_BR_MCAST_MEMBERSHIP_INTVL, 26000)
            .u64(IFLA_BR_MCAST_QUERIER_INTVL, 25500)
            .u64(IFLA_BR_MCAST_QUERY_INTVL, 12500)
            .u64(IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, 1000)
            .u64(IFLA_BR_MCAST_STARTUP_QUERY_INTVL, 3124);
    }

    /// Writes a port's settings.
    #[doc(alias = "br_port_fill_attrs")]
    pub(in crate::drivers) fn fill_port(
        &self,
        release: Release,
        device: &Device,
        data: &mut AttributeWriter<'_>,
    ) {
        const PRIORITY: u16 = 32;
        let Some(port) = self.ports.iter().find(|port| port.device == device.id) else { return };
        let identifier = self.identifier();
        let [number_high, number_low] = port.number.to_be_bytes();
        let id = u16::from_be_bytes([0x80 | number_high, number_low]);
        data.u8(IFLA_BRPORT_STATE, port.state as u8)
            .u16(IFLA_BRPORT_PRIORITY, PRIORITY)
            .u32(IFLA_BRPORT_COST, port.cost)
            .u8(IFLA_BRPORT_MODE, 0)
            .u8(IFLA_BRPORT_GUARD, 0)
            .u8(IFLA_BRPORT_PROTECT, 0)
            .u8(IFLA_BRPORT_FAST_LEAVE, 0)
            .u8(IFLA_BRPORT_MCAST_TO_UCAST, 0)
            .u8(IFLA_BRPORT_LEARNING, 1)
            .u8(IFLA_BRPORT_UNICAST_FLOOD, 1)
            .u8(IFLA_BRPORT_MCAST_FLOOD, 1)
            .u8(IFLA_BRPORT_BCAST_FLOOD, 1)
            .u8(IFLA_BRPORT_PROXYARP, 0)
            .u8(IFLA_BRPORT_PROXYARP_WIFI, 0)
            .bytes(IFLA_BRPORT_ROOT_ID, &identifier)
            .bytes(IFLA_BRPORT_BRIDGE_ID, &identifier)
            .u16(IFLA_BRPORT_DESIGNATED_PORT, id)
            .u16(IFLA_BRPORT_DESIGNATED_COST, 0)
            .u16(IFLA_BRPORT_ID, id)
            .u16(IFLA_BRPORT_NO, port.number)
            .u8(IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, 0)
            .u8(IFLA_BRPORT_CONFIG_PENDING, 0)
            .u8(IFLA_BRPORT_VLAN_TUNNEL, 0)
            .u16(IFLA_BRPORT_GROUP_FWD_MASK, 0)
            .u8(IFLA_BRPORT_NEIGH_SUPPRESS, 0)
            .u8(IFLA_BRPORT_MRP_RING_OPEN, 0)
            .u8(IFLA_BRPORT_MRP_IN_OPEN, 0)
            .u8(IFLA_BRPORT_ISOLATED, 0);
        if release >= Release::V6_1 {
            data.u8(IFLA_BRPORT_LOCKED, 0);
        }
        if release >= Release::V6_12 {
            data.u8(IFLA_BRPORT_MAB, 0).u8(IFLA_BRPORT_NEIGH_VLAN_SUPPRESS, 0);
        }
        data.u64(IFLA_BRPORT_MESSAGE_AGE_TIMER, 0)
            .u64(IFLA_BRPORT_FORWARD_DELAY_TIMER, 0)
            .u64(IFLA_BRPORT_HOLD_TIMER, 0)
            .u8(IFLA_BRPORT_MULTICAST_ROUTER, 1);
        if release >= Release::V6_1 {
            data.u32(IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT, 512)
                .u32(IFLA_BRPORT_MCAST_EHT_HOSTS_CNT, 0);
        }
        if release >= Release::V6_12 {
            data.u32(IFLA_BRPORT_MCAST_N_GROUPS, 0).u32(IFLA_BRPORT_MCAST_MAX_GROUPS, 0);
        }
    }
}
