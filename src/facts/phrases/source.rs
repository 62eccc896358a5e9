//! Sources that are not the name of a file or server. Words only.

use crate::text::Words;

sentences! {
    /// For reserved addresses.
    IANA = "IANA special-purpose address registries", "IANA 特殊用途アドレスレジストリ";
    /// For a host that is written as an address.
    LITERAL = "the host is itself an address", "ホストの表記自体がアドレス";
    /// The list of anycast networks.
    ANYCAST = "gosanke's list of anycast networks, 2026-11", "gosanke のエニーキャスト一覧, 2026-11";
    /// The feeds on this machine, where none is to be named.
    FEEDS = "feeds on this machine", "この端末のフィード";
    /// The user's override file.
    OVERRIDE = "your override file", "ユーザーの上書きファイル";
}
