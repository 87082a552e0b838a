//! `arp` beside net-tools' own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod twins;

use twins::compare;

#[test]
fn the_table_is_shown_as_net_tools_shows_it() {
    // The kernel's order is a hash table's, another one in each namespace.
    compare(
        "arp",
        "arp_show.txt",
        &[
            ('N', "arp | sort; arp -n | sort; arp -e | sort; arp -v | sort"),
            ('N', "arp -a | sort; arp -an | sort; arp -ae | sort; arp -av | sort; arp -sa | sort"),
            ('N', "arp 10.1.2.7; arp -a 10.1.2.7; arp longhost; arp -n longhost; arp -a longhost"),
            ('N', "arp 10.1.2.77; arp -a 10.1.2.77; arp -v 10.1.2; arp localhost; arp default"),
            (
                'N',
                "arp -i p0; arp -i e0 10.1.2.9; arp -i e0:1 -v; arp -i nosuch -a; arp -i '' 10.1.2.9",
            ),
            ('N', "arp -H ether 10.1.2.6; arp -t ax25; arp -H ax25 10.1.2.7; arp -av --hw netrom"),
            ('N', "arp 10.1.2.7 nosuch; arp nosuch; arp -a ''; arp mynet; arp both"),
            ('0', "arp; arp -v; arp -a; arp -v -i e0; arp 1.2.3.4"),
            (
                '0',
                "ip tuntap add dev tun0 mode tun; ip addr add 10.1.1.1 peer 10.1.1.2 dev tun0; \
                 ip link set tun0 up; ip neigh add 10.1.1.2 dev tun0 nud permanent; arp; arp -a",
            ),
            (
                '0',
                "ip addr add 10.1.2.3/24 dev lo; ip neigh add 10.1.2.9 lladdr 2:0:0:0:0:9 dev lo; \
                 arp; arp -a; arp -H ether; arp -v 0",
            ),
            (
                '0',
                "ip link set e0 name abcdefghijklmno; ip addr add 10.9.9.1/24 dev abcdefghijklmno; \
                 ip neigh add 10.9.9.9 lladdr 2:0:0:0:0:7 dev abcdefghijklmno; \
                 arp -i abcdefghijklmnop; arp -i abcdefghijklmn",
            ),
            (
                'N',
                "mount -t tmpfs none /mnt; echo 'zero 0.1.2.3' >/mnt/n; mount --bind /mnt/n /etc/networks; \
                 ip neigh add proxy 0.1.2.3 dev e0; arp zero; arp -a 0.1.2.3; arp -n zero",
            ),
            ('N', "mount -t tmpfs none /proc; arp; arp nosuch; arp 1.2.3.4; echo $?"),
            ('N', "arp -n 10.1.2.9 | cat; arp >&-; arp -d 1.2.3.4 >&-; echo $?"),
        ],
    );
}

#[test]
fn entries_are_set_as_net_tools_sets_them() {
    compare(
        "arp",
        "arp_set.txt",
        &[
            ('N', "arp -s 10.1.2.4 02:00:00:00:00:44; arp -s 10.1.2.5 2:0:0:0:0:55 temp"),
            (
                'N',
                "arp -s 10.1.2.4 020000000044; arp -vs 10.1.2.9 02:00:00:00:00:44x priv trail auto",
            ),
            ('N', "arp -s longhost 02:00:00:00:00:44; arp -s 10.1.2 02:00:00:00:00:44"),
            (
                'N',
                "arp -s 10.1.2.4 02:00:00:00:00:44 pub; arp -s 10.1.2.4 02:00:00:00:00:44 pub dev e0",
            ),
            ('N', "arp -i e0 -s 10.1.2.4 02:00:00:00:00:44 pub priv; arp -Ds 10.1.2.5 e0 pub"),
            (
                'N',
                "arp -v -i e0 -Ds 10.1.2.4 p0 pub; arp -Ds 10.1.2.5 e0:0; arp -Ds 10.1.2.5 nosuch",
            ),
            ('N', "arp -Ds 10.1.2.5 lo; arp -H ether -Ds 10.1.2.5 lo; arp -H ax25 -Ds 10.1.2.5 e0"),
            (
                'N',
                "arp -s 10.1.2.4 02:00:00:00:00:44 dontpub; arp -s 10.1.2.4 02:00:00:00:00:44 dev p0",
            ),
            ('N', "arp -s 10.1.2.4 02:00:00:00:00:44 netmask 255.255.255.255 dev ''"),
            ('N', "arp -s 10.1.2.0 02:00:00:00:00:44 netmask 255.255.255.0 pub dev e0"),
            (
                'N',
                "arp -s 10.1.2.4 02:00:00:00:00:44 netmask 0 pub dev e0; \
                 cat /proc/sys/net/ipv4/conf/e0/proxy_arp; arp -d 0 netmask default pub dev e0; \
                 cat /proc/sys/net/ipv4/conf/e0/proxy_arp",
            ),
            ('N', "arp -s 10.1.2.3 02:00:00:00:00:44; arp -s default 02:00:00:00:00:44"),
            ('N', "arp -s 9.9.9.9 02:00:00:00:00:44; arp -s 127.0.0.1 02:00:00:00:00:44"),
            (
                'N',
                "arp -s 10.1.2.4 02:00:00:00:00:44 dev e0:0; arp -i nosuch -s 10.1.2.4 2:0:0:0:0:4",
            ),
            (
                'N',
                "arp -s; arp -s 10.1.2.4; arp -s nosuch zz; arp -s '' zz; arp -s 10.1.2.4 zz foo",
            ),
            (
                'N',
                "arp -s 10.1.2.4 02:00:00:00:00:44 netmask nosuch; arp -s 10.1.2.4 02-00-00-00-00-44",
            ),
            ('N', "setpriv --bounding-set=-all --inh-caps=-all arp -s 10.1.2.4 02:00:00:00:00:44"),
        ],
    );
}

#[test]
fn addresses_of_other_classes_are_read_as_net_tools_reads_them() {
    compare(
        "arp",
        "arp_classes.txt",
        &[
            ('N', "for a in ABC-1 abc '' A+C ABCDEFG; do arp -H ax25 -s 10.1.2.4 \"$a\"; done"),
            ('N', "for a in 0123456789 012345678g 012345678; do arp -H rose -s 10.1.2.4 $a; done"),
            (
                'N',
                "for a in AB ABC A g; do arp -H arcnet -s 10.1.2.4 $a; done; arp -H netrom -s 1.1.1.1 A",
            ),
            ('N', "for a in 01:02:03:04:05:06 01-02; do arp -t fddi -s 10.1.2.4 $a; done"),
            (
                'N',
                "arp -t hippi -s 10.1.2.4 010203040506; arp -t eui64 -s 10.1.2.4 1:2:3:4:5:6:7:8",
            ),
            ('N', "for a in 12345 '' abc 1234567890123456; do arp -H x25 -s 10.1.2.4 \"$a\"; done"),
            ('N', "for a in 12 [12] ''; do arp -H ash -s 10.1.2.4 \"$a\"; done"),
        ],
    );
}

#[test]
fn entries_are_deleted_as_net_tools_deletes_them() {
    compare(
        "arp",
        "arp_delete.txt",
        &[
            ('N', "arp -d 10.1.2.9; arp -d 10.1.2.9; arp -d 10.1.2.9; arp -n | sort"),
            ('N', "arp -vd 10.1.2.9 dev e0; arp -vd 10.1.2.77; arp -vi p0 -d 10.1.2.7"),
            ('N', "arp -vd 10.1.2.6; arp -vd 10.1.2.6 pub; arp -vd 10.1.2.6 dev e0"),
            ('N', "arp -d 10.1.2.6 pub dev e0; arp -d 10.1.2.9 priv; arp -vd 10.1.2.9 priv"),
            (
                'N',
                "arp -vd 10.1.2.6 priv dev e0; arp -vd 10.1.2.6 pub priv; arp -d 10.1.2.6 pub priv -i e0",
            ),
            ('N', "arp -d 10.1.2.9 temp; arp -d longhost trail auto; arp -d 10.1.2.7 dontpub"),
            (
                'N',
                "arp -d 10.1.2.9 netmask 255.0.0.0; arp -d 10.1.2.9 netmask 255.0.0.0 pub dev e0",
            ),
            (
                'N',
                "arp -H ax25 -d 10.1.2.9 netmask 255.255.255.255; arp -d 127.0.0.1; arp -d 10.1.2.255",
            ),
            (
                'N',
                "arp -d 9.9.9.9; arp -d 10.1.2.9 dev nosuch; arp -d 10.1.2.9 dev e0:0; arp -d nosuch",
            ),
            ('N', "arp -d; arp -d 10.1.2.9 10.1.2.7; arp -d 10.1.2.9 dev; arp -d 10.1.2.9 netmask"),
            ('N', "arp -vd 10.1.2.9 PUB; arp -d 10.1.2.9 netmask nosuch"),
            ('N', "setpriv --bounding-set=-all --inh-caps=-all arp -d 10.1.2.9"),
        ],
    );
}

#[test]
fn files_are_read_as_net_tools_reads_them() {
    compare(
        "arp",
        "arp_files.txt",
        &[
            (
                'N',
                r"printf '10.1.2.4 02:00:00:00:00:44\n# c\n\n02:00:00:00:00:55 10.1.2.5\nbad\n10.1.2.6 zz\n10.1.2.8\t2:0:0:0:0:77 temp' | arp -f /dev/stdin; echo $?",
            ),
            ('N', r"printf '#c\n #c x\n\n  \n 10.1.2.4 02:00:00:00:00:44\n' | arp -vf /dev/stdin"),
            (
                'N',
                r"printf '\04710.1.2.4\047\04202:00:00:00:00:44\042\04210.1.2' | arp -vf /dev/stdin",
            ),
            ('N', r"printf '\04210.1.2.4 \042 02:00:00:00:00:44 \042temp\n' | arp -f /dev/stdin"),
            (
                'N',
                r"printf '10.1.2.4 e0 pub\ne0:0 10.1.2.5\ne0 10.1.2.5\nnosuch e0' | arp -Df /dev/stdin",
            ),
            (
                'N',
                r"printf '10.1.2.4 2:0:0:0:0:4 dev p0\n10.1.2.5 2:0:0:0:0:5\n' | arp -i e0 -f /dev/stdin",
            ),
            ('N', r"printf '10.1.2.4 2:0:0:0:0:4 foo\n10.1.2.5 2:0:0:0:0:5\n' | arp -f /dev/stdin"),
            (
                'N',
                r"printf '10.1.2.4 2:0:0:0:0:4\r\n10.1.2.5 2:0:0:0:0:5 temp\r\n' | arp -f /dev/stdin",
            ),
            (
                'N',
                r"printf '\0x\n10.1.2.4 2:0:0:0:0:4\0x\n10.1.2.5 2:0:0:0:0:5' | arp -vf /dev/stdin",
            ),
            ('N', "arp -f /nosuch; arp -f; arp -f ''; arp -f / nosuch; arp -f /dev/null; echo $?"),
            (
                'N',
                "for n in 28 29; do { printf '10.1.2.4 2:0:0:0:0:4'; printf ' priv%.0s' $(seq $n); echo ' temp'; } | \
                 arp -f /dev/stdin; arp 10.1.2.4; done",
            ),
            (
                'N',
                "{ printf '#'; printf '%1030s' x; echo; printf '%1022s\\n%1023s\\nx y\\n'; } | arp -vf /dev/stdin",
            ),
        ],
    );
}

#[test]
fn options_are_read_as_net_tools_reads_them() {
    compare(
        "arp",
        "arp_options.txt",
        &[
            ('0', "arp -h; arp --he; arp -N -h -x"),
            ('0', "arp -V; arp --vers; arp -nV -h"),
            ('0', "arp -x; arp -x -h"),
            ('0', "arp -?"),
            ('0', "arp --ver"),
            ('0', "arp --=x"),
            ('0', "arp --numeric=1 -v"),
            ('0', "arp -i; arp --device"),
            ('0', "arp -A; arp --protocol"),
            ('N', "arp -ds 10.1.2.9; arp -sd 10.1.2.9; arp -da | wc -l; arp -Nf /nosuch"),
            ('N', "arp 10.1.2.7 --symbolic --use -- -v; POSIXLY_CORRECT=1 arp 10.1.2.7 -x"),
            (
                '0',
                "arp -A inet6; arp -p unspec; arp -A ec; arp -A foo; arp -A ip; arp -A inet,inet6",
            ),
            (
                '0',
                "arp -H ppp; arp -H unspec; arp -H foo; arp -H Ether; arp -H '' -h; arp -H tunnel -A ax25",
            ),
            ('0', "arp -H loop -h 2>/dev/null | head -n 1; arp -A foo -h; arp -A inet6 -V"),
        ],
    );
}
