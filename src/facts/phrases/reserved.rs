//! Names of addresses that nobody on the Internet has, from the IANA special-purpose address registries. Words only.

use crate::text::Words;

sentences! {
    /// 0.0.0.0/8 and `::`.
    UNSPECIFIED = "no particular host (RFC 1122)", "特定のホストを指さないアドレス (RFC 1122)";
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.
    PRIVATE = "private address (RFC 1918)", "プライベートアドレス (RFC 1918)";
    /// 100.64.0.0/10.
    SHARED = "shared by a provider's NAT (RFC 6598)", "事業者 NAT の共有アドレス (RFC 6598)";
    /// 127.0.0.0/8 and `::1`.
    LOOPBACK = "loopback address: the machine itself (RFC 1122)", "ループバック: その機械自身 (RFC 1122)";
    /// 169.254.0.0/16.
    LINK_LOCAL = "link-local address (RFC 3927)", "リンクローカルアドレス (RFC 3927)";
    /// 192.0.0.0/24.
    PROTOCOL = "protocol assignment (RFC 6890)", "プロトコル用の割り当て (RFC 6890)";
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24.
    DOCUMENTATION = "documentation address (RFC 5737)", "文書用のアドレス (RFC 5737)";
    /// 192.88.99.0/24.
    RELAY = "6to4 relay, withdrawn (RFC 7526)", "6to4 リレー、廃止 (RFC 7526)";
    /// 198.18.0.0/15.
    BENCHMARK = "benchmarking address (RFC 2544)", "性能測定用のアドレス (RFC 2544)";
    /// 224.0.0.0/4.
    MULTICAST = "multicast address (RFC 5771)", "マルチキャストアドレス (RFC 5771)";
    /// 240.0.0.0/4.
    FUTURE = "reserved, never given out (RFC 1112)", "予約済み、割り当てなし (RFC 1112)";
    /// 64:ff9b::/96 and 64:ff9b:1::/48.
    NAT64 = "IPv4 behind a NAT64 translator (RFC 6052)", "NAT64 で変換された IPv4 (RFC 6052)";
    /// 100::/64.
    DISCARD = "discard address (RFC 6666)", "破棄用のアドレス (RFC 6666)";
    /// 2001:db8::/32.
    DOCUMENTATION_V6 = "documentation address (RFC 3849)", "文書用のアドレス (RFC 3849)";
    /// 3fff::/20.
    DOCUMENTATION_V6_NEW = "documentation address (RFC 9637)", "文書用のアドレス (RFC 9637)";
    /// 2001::/32.
    TEREDO = "Teredo tunnel (RFC 4380)", "Teredo トンネル (RFC 4380)";
    /// 2002::/16.
    SIX_TO_FOUR = "6to4 tunnel (RFC 3056)", "6to4 トンネル (RFC 3056)";
    /// fc00::/7.
    UNIQUE_LOCAL = "private address (RFC 4193)", "プライベートアドレス (RFC 4193)";
    /// fe80::/10.
    LINK_LOCAL_V6 = "link-local address (RFC 4291)", "リンクローカルアドレス (RFC 4291)";
    /// ff00::/8.
    MULTICAST_V6 = "multicast address (RFC 4291)", "マルチキャストアドレス (RFC 4291)";
}
