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
    FEEDS = "feeds on this machine", "このマシンのフィード";
    /// Answers of the demo that stand for no real machine.
    DEMO = "invented for the demo, 2026-11", "デモ用の架空の回答, 2026-11";
    /// Answers of the demo from a published write-up.
    DEMO_A = "HEARTLAND write-up A, 2022-04", "HEARTLAND の解説記事 A, 2022-04";
    /// From another one.
    DEMO_B = "HEARTLAND write-up B, 2022-04 or later", "HEARTLAND の解説記事 B, 2022-04 以降";
    /// What that one says of a place.
    DEMO_ANYCAST =
        "the service it asked said Beijing, which means nothing for an anycast address",
        "記事で使われたサービスの回答は北京だが、エニーキャストアドレスでは意味を持たない";
    /// The user's override file.
    OVERRIDE = "your override file", "ユーザーの上書きファイル";
}
