//! What is said of feeds, lists and services. Words only.

use crate::text::Words;

sentences! {
    /// A feed's file was cut or changed.
    FEED_DAMAGED =
        "a feed on this machine is damaged (`gosanke feeds` says which)",
        "このマシンのフィードが壊れています (`gosanke feeds` で確認できます)";
    /// 401 and 403.
    REFUSED = "the server refuses (a key is missing or wrong)", "サーバーが拒否 (キーがないか誤っている)";
    /// 403 where nothing asks for a key.
    FORBIDS = "the server refuses to answer", "サーバーが応答を拒否";
    /// Stands before the name of the environment variable.
    NO_KEY = "not asked: no key is set", "照会せず: キーが設定されていない";
    /// HTTP 5xx.
    SERVER = "the service has a failure of its own", "サービス側の障害";
    /// Any other status.
    STATUS = "the service did not accept the question", "サービスが照会を受け付けない";
    /// Longer than the limit.
    CUT = "the answer broke off or is too long", "応答が途中で切れたか、長すぎる";
    /// A scan that takes longer than somebody waits.
    NOT_READY = "the scan is not ready yet", "スキャンがまだ終わっていない";
    /// A URL was handed in to be scanned, and the result looked for.
    SUBMITTED = "submitted for a scan", "スキャンを依頼した";
    /// A list that somebody ordered to be fetched.
    ORDERED = "fetched by order", "指示により取得";
    /// More redirects than are followed.
    REDIRECTS = "too many redirects", "リダイレクトが多すぎる";
    /// A policy of MTA-STS has to lie where it is asked for (RFC 8461 section 3.3).
    NOT_FOLLOWED = "the server redirects, which MTA-STS does not allow", "MTA-STS で認められないリダイレクトが返された";
    /// What came is something else.
    NOT_A_POLICY = "what came is not an MTA-STS policy", "MTA-STS ポリシーではない内容が返された";
    /// A code that the table of block lists does not have.
    UNEXPLAINED = "listed with a code that is not explained", "説明のないコードで掲載";
    /// What a list of the reader's own says.
    OWN = "on a list of your own", "自分で指定したリストに掲載";
    /// A wildcard in the zone, or a name server that answers every name: the entry that is never listed was.
    ANSWERS_ALL =
        "not believed: the list has everything, even the entry that no list has",
        "信用せず: 掲載されないはずのテスト項目まで掲載ありと回答";
    /// The entry that is always listed was not: the zone is gone, or somebody keeps its answers away.
    ANSWERS_NOTHING = "not believed: the list does not know its own test entry", "信用せず: 必ず掲載されるはずのテスト項目を知らない";
    /// The same of a list that is asked with the user's key.
    NOTHING_BY_KEY =
        "not believed: with this key the list does not know its own test entry (is the key wrong, or its contract over?)",
        "信用せず: このキーではリスト自身のテスト項目も見つからない（キーの誤り、または契約終了の可能性）";
    /// A key that is put into a name has to be a label of one.
    BAD_KEY = "not asked: the key has characters that no name can hold", "照会せず: キーにドメイン名で使えない文字がある";
    /// Addresses outside 127.0.0.0/8.
    FOREIGN = "not believed: the answer is not one of a block list", "信用せず: ブロックリストの応答ではない";
}
