//! `nameif` beside net-tools' own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod twins;

use twins::compare;

#[test]
fn devices_get_names_as_net_tools_gives_them() {
    compare(
        "nameif",
        "nameif_names.txt",
        &[
            ('0', "nameif foo 02:00:00:00:00:01"),
            ('0', "nameif foo 2:0:0:0:0:1 bar 02:00:00:00:00:02"),
            ('A', "nameif foo 02:00:00:00:00:01:00:00"),
            ('0', "nameif e0 02:00:00:00:00:01; nameif foo 02:00:00:00:00:99; nameif '' 99 a 98"),
            ('0', "nameif p0 02:00:00:00:00:01"),
            ('0', "nameif p0 02:00:00:00:00:01 e0 02:00:00:00:00:02"),
            ('0', "nameif foo 02:00"),
            ('0', "nameif foo 02:00:00:00:00:01 bar 02:00:00:00:00:01"),
            ('0', "ip tuntap add dev tun0 mode tun; nameif foo 00 2>&1; nameif a%d 02"),
            ('0', "nameif . 02; nameif a/b 02; nameif 'a b' 02; nameif a:1 02; nameif '' 02"),
            ('0', "nameif abcdefghijklmno 02:00:00:00:00:01; nameif abcdefghijklmnop 02"),
            (
                '0',
                "setpriv --bounding-set=-all --inh-caps=-all nameif foo 02:00:00:00:00:01; echo $?",
            ),
        ],
    );
}

#[test]
fn words_are_read_as_net_tools_reads_them() {
    compare(
        "nameif",
        "nameif_words.txt",
        &[
            ('0', "nameif -h; nameif --help; nameif foo 02 -h; nameif -sh foo; nameif -h -x"),
            ('0', "nameif foo; nameif foo 02 bar; nameif -x; nameif --foo; nameif -?; echo $?"),
            ('0', "nameif -c; nameif --c; nameif --=x; nameif --help=1; nameif --s foo"),
            ('0', "nameif foo zz; nameif foo ''; nameif foo :2; nameif foo 02:; nameif foo 02::1"),
            ('0', "nameif foo 1ff:00; nameif foo -; nameif foo -1; nameif foo 100000003:99"),
            ('0', "nameif foo 02-00:00:00:00:00:01"),
            (
                '0',
                "nameif foo 1:2:3:4:5:6:7:8:9:a:b:c:d:e; nameif foo 1:2:3:4:5:6:7:8:9:a:b:c:d:e:f",
            ),
            (
                '0',
                "nameif foo 1:2:3:4:5:6:7:8:9:a:b:c:d:e:zz; nameif a:1 zz; nameif abc:efghijklmnop 02",
            ),
            (
                '0',
                "nameif foo 02 bar zz; nameif -- foo zz; nameif -c /nosuch foo zz; nameif foo zz -s",
            ),
            ('0', "POSIXLY_CORRECT=1 nameif foo 02:00:00:00:00:99 -c /nosuch"),
        ],
    );
}

#[test]
fn files_are_read_as_net_tools_reads_them() {
    compare(
        "nameif",
        "nameif_files.txt",
        &[
            (
                '0',
                "nameif -c /nosuch; nameif foo 02 --config-file=/nosuch; nameif -c ''; nameif -c /",
            ),
            (
                '0',
                r"printf '# c\nfoo 02:00:00:00:00:01 # x\n\n  bar\t2:0:0:0:0:2\r' | nameif -c /dev/stdin",
            ),
            ('0', r"printf 'foo 02:00:00:00:00:01' | nameif -c /dev/stdin bar 02:00:00:00:00:01"),
            ('0', r"printf '\n#\n \t\nfoo 99\n\n bar zz' | nameif -c /dev/stdin"),
            ('0', r"printf 'a:b\n' | nameif -c /dev/stdin; printf 'foo' | nameif -c /dev/stdin"),
            ('0', r"printf ' abcdefghijklmnop 02 #\n' | nameif -c /dev/stdin"),
            ('0', r"printf 'abcdefghijklmno\n' | nameif -c /dev/stdin; nameif -c /dev/null"),
            ('0', r"printf 'foo 99\0 x\nbar 98 97\n' | nameif -c /dev/stdin"),
        ],
    );
}
