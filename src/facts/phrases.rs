//! The sentences that look-ups put into facts, in both languages.
//!
//! A [`super::Fact`] is data and carries its words in English ([`Words::en`]); whoever shows it to a person passes them
//! through [`in_language`]. Nothing here asks or decides anything.

use std::borrow::Cow;

use crate::text::{Lang, Words};

pub mod notes;
pub mod said;

/// Names of addresses that nobody on the Internet has, from the IANA special-purpose address registries.
pub mod reserved {
    use crate::text::Words;

    /// 0.0.0.0/8 and `::`.
    pub const UNSPECIFIED: Words =
        Words::new("no particular host (RFC 1122)", "特定のホストを指さないアドレス (RFC 1122)");
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.
    pub const PRIVATE: Words = Words::new("private address (RFC 1918)", "プライベートアドレス (RFC 1918)");
    /// 100.64.0.0/10.
    pub const SHARED: Words =
        Words::new("shared by a provider's NAT (RFC 6598)", "事業者 NAT の共有アドレス (RFC 6598)");
    /// 127.0.0.0/8 and `::1`.
    pub const LOOPBACK: Words =
        Words::new("loopback address: the machine itself (RFC 1122)", "ループバック: その機械自身 (RFC 1122)");
    /// 169.254.0.0/16.
    pub const LINK_LOCAL: Words = Words::new("link-local address (RFC 3927)", "リンクローカルアドレス (RFC 3927)");
    /// 192.0.0.0/24.
    pub const PROTOCOL: Words = Words::new("protocol assignment (RFC 6890)", "プロトコル用の割り当て (RFC 6890)");
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24.
    pub const DOCUMENTATION: Words = Words::new("documentation address (RFC 5737)", "文書用のアドレス (RFC 5737)");
    /// 192.88.99.0/24.
    pub const RELAY: Words = Words::new("6to4 relay, withdrawn (RFC 7526)", "6to4 リレー、廃止 (RFC 7526)");
    /// 198.18.0.0/15.
    pub const BENCHMARK: Words = Words::new("benchmarking address (RFC 2544)", "性能測定用のアドレス (RFC 2544)");
    /// 224.0.0.0/4.
    pub const MULTICAST: Words = Words::new("multicast address (RFC 5771)", "マルチキャストアドレス (RFC 5771)");
    /// 240.0.0.0/4.
    pub const FUTURE: Words = Words::new("reserved, never given out (RFC 1112)", "予約済み、割り当てなし (RFC 1112)");
    /// 64:ff9b::/96 and 64:ff9b:1::/48.
    pub const NAT64: Words =
        Words::new("IPv4 behind a NAT64 translator (RFC 6052)", "NAT64 で変換された IPv4 (RFC 6052)");
    /// 100::/64.
    pub const DISCARD: Words = Words::new("discard address (RFC 6666)", "破棄用のアドレス (RFC 6666)");
    /// 2001:db8::/32.
    pub const DOCUMENTATION_V6: Words = Words::new("documentation address (RFC 3849)", "文書用のアドレス (RFC 3849)");
    /// 3fff::/20.
    pub const DOCUMENTATION_V6_NEW: Words =
        Words::new("documentation address (RFC 9637)", "文書用のアドレス (RFC 9637)");
    /// 2001::/32.
    pub const TEREDO: Words = Words::new("Teredo tunnel (RFC 4380)", "Teredo トンネル (RFC 4380)");
    /// 2002::/16.
    pub const SIX_TO_FOUR: Words = Words::new("6to4 tunnel (RFC 3056)", "6to4 トンネル (RFC 3056)");
    /// fc00::/7.
    pub const UNIQUE_LOCAL: Words = Words::new("private address (RFC 4193)", "プライベートアドレス (RFC 4193)");
    /// fe80::/10.
    pub const LINK_LOCAL_V6: Words = Words::new("link-local address (RFC 4291)", "リンクローカルアドレス (RFC 4291)");
    /// ff00::/8.
    pub const MULTICAST_V6: Words = Words::new("multicast address (RFC 4291)", "マルチキャストアドレス (RFC 4291)");
}

/// Why no answer came.
pub mod reason {
    use crate::text::Words;

    /// Nothing came back in time.
    pub const TIMEOUT: Words = Words::new("no answer in time", "時間内に応答なし");
    /// RCODE 2.
    pub const SERVFAIL: Words =
        Words::new("the name server could not answer (SERVFAIL)", "ネームサーバーが答えられない (SERVFAIL)");
    /// RCODE 5.
    pub const REFUSED: Words =
        Words::new("the name server refuses to answer (REFUSED)", "ネームサーバーが回答を拒否 (REFUSED)");
    /// Any other RCODE.
    pub const RCODE: Words = Words::new("the name server answered with an error", "ネームサーバーがエラーを返した");
    /// The bytes were no DNS answer.
    pub const MALFORMED: Words = Words::new("the answer was malformed", "応答の形式が不正");
    /// The answer speaks of another question than was asked.
    pub const OTHER_QUESTION: Words =
        Words::new("not believed: the answer is to another question", "信用せず: 別の質問に対する応答");
    /// The system refused to send.
    pub const UNREACHABLE: Words = Words::new("the name server cannot be reached", "ネームサーバーに接続できない");
    /// TLS or HTTP broke.
    pub const TLS: Words =
        Words::new("the secure connection to the name server failed", "ネームサーバーとの暗号化接続に失敗");
    /// No resolver on this machine.
    pub const NO_RESOLVER: Words =
        Words::new("no usable name server is configured", "使えるネームサーバーが設定されていない");
    /// The host is not a DNS name.
    pub const NOT_A_NAME: Words =
        Words::new("not asked: not a valid host name", "問い合わせず: ホスト名として正しくない");
    /// RFC 6761 names and names without a dot.
    pub const SPECIAL_NAME: Words =
        Words::new("not asked: a name that only exists locally", "問い合わせず: 内部でのみ使われる名前");
    /// Loopback, unspecified or multicast address.
    pub const NO_REVERSE: Words =
        Words::new("not asked: this address has no public name", "問い合わせず: 公開の名前を持たないアドレス");
    /// The limit of questions for one call.
    pub const TOO_MANY: Words =
        Words::new("not asked: too many questions at once", "問い合わせず: 一度の問い合わせが多すぎる");
    /// The most questions of a day that a service answers, or that the user lets out.
    pub const SPENT: Words = Words::new(
        "not asked: today's questions to this service are used up",
        "問い合わせず: このサービスへの本日分の問い合わせ枠を使い切った",
    );
    /// A service that answered "too many", with a long time to wait.
    pub const PAUSED: Words = Words::new(
        "not asked: the service asked to be left alone for a while",
        "問い合わせず: しばらく控えるようサービスから求められている",
    );
    /// Records or bytes beyond a limit of ours; stands beside the name of who answered.
    pub const CUT: Words =
        Words::new("only a part of a very large answer was kept", "非常に大きな応答のため一部だけを保存");
    /// Nothing of the answer is below the limit.
    pub const TOO_LARGE: Words = Words::new("the answer is too large to be kept", "応答が大きすぎるため保存できない");
    /// Of A and AAAA, one came and the other failed; stands beside the name of who answered.
    pub const HALF: Words = Words::new("only one of IPv4 and IPv6 was answered", "IPv4 と IPv6 の片方だけ応答あり");
    /// A name server that gives an address for every name.
    pub const INVENTS: Words = Words::new(
        "not believed: the name server gives this address for names that do not exist, too",
        "信用せず: 存在しない名前にも同じアドレスを返すネームサーバー",
    );
    /// A name server that says of every name, of the root as well, that it is not there.
    pub const DENIES: Words = Words::new(
        "not believed: the name server denies names that exist, too",
        "信用せず: 存在する名前まで存在しないと答えるネームサーバー",
    );
    /// Told once in a run; see [`INVENTS`].
    pub const RESOLVER_INVENTS: Words = Words::new(
        "the name server gives an address for names that do not exist: that address is not believed (setting resolver)",
        "ネームサーバーが存在しない名前にもアドレスを返すため、そのアドレスは信用しません (設定 resolver)",
    );
    /// Told once in a run; see [`DENIES`].
    pub const RESOLVER_DENIES: Words = Words::new(
        "the name server denies names that exist: what it denies is not believed (setting resolver)",
        "ネームサーバーが存在する名前まで存在しないと答えるため、その回答は信用しません (設定 resolver)",
    );
    /// A bug of ours; the engine lives on.
    pub const INTERNAL: Words = Words::new("the look-up broke off", "調査が途中で中断した");
}

/// Why a server gave no answer, or not all of it.
pub mod connection {
    use crate::text::Words;

    /// Neither http nor https, or no host.
    pub const ADDRESS: Words =
        Words::new("not asked: not an address of the web", "問い合わせず: Web のアドレスではない");
    /// Another port than 80 and 443.
    pub const PORT: Words = Words::new("not asked: an unusual port", "問い合わせず: 通常と異なるポート番号");
    /// The host's address is private, loopback or the like; the address stands behind it.
    pub const NOT_PUBLIC: Words = Words::new(
        "not contacted: the host's address is not public",
        "接続せず: ホストのアドレスがインターネット上のものではない",
    );
    /// The name has no address.
    pub const NO_ADDRESS: Words = Words::new("the host has no address", "ホストにアドレスがない");
    /// Nobody listens there.
    pub const UNREACHABLE: Words = Words::new("the server cannot be reached", "サーバーに接続できない");
    /// No file or port is left on this machine.
    pub const NO_ROOM: Words =
        Words::new("this machine has no connection left to give", "このマシンで使える接続数が尽きている");
    /// The connection ended before an answer.
    pub const CLOSED: Words = Words::new("the server closed the connection", "サーバーが接続を切断");
    /// The TLS handshake failed for another reason than the certificate.
    pub const TLS: Words = Words::new("the secure connection failed", "暗号化接続に失敗");
    /// The certificate is not trusted; why stands behind it.
    pub const DISTRUST: Words = Words::new("the server's certificate is not trusted", "サーバー証明書を信頼できない");
    /// Past its last day.
    pub const EXPIRED: Words = Words::new("the certificate has expired", "証明書の有効期限切れ");
    /// Before its first day.
    pub const NOT_YET: Words = Words::new("the certificate is not valid yet", "証明書の有効期間の開始前");
    /// For other names.
    pub const OTHER_NAME: Words = Words::new("the certificate is for another name", "証明書の名前がホストと一致しない");
    /// Self-signed, or by an issuer that browsers do not know.
    pub const UNKNOWN_ISSUER: Words =
        Words::new("the certificate's issuer is unknown", "証明書の発行者が不明 (自己署名など)");
    /// Not signed by the issuer that it names.
    pub const BAD_SIGNATURE: Words =
        Words::new("the certificate's signature does not hold", "証明書の署名が正しくない");
    /// Taken back.
    pub const REVOKED: Words = Words::new("the certificate was revoked", "証明書が失効している");
    /// Anything else that is wrong with it.
    pub const BAD_CERTIFICATE: Words = Words::new("the certificate is malformed", "証明書の形式が不正");
    /// More header fields or bytes than the limit.
    pub const HEAD: Words =
        Words::new("the answer's header is larger than the limit", "応答ヘッダーが上限を超えている");
    /// Not HTTP.
    pub const MALFORMED: Words = Words::new("the server's answer was malformed", "サーバーの応答の形式が不正");
    /// Too many requests.
    pub const WAIT: Words = Words::new("the service asks to wait", "サービスが待機を要求");
    /// The SOCKS server cannot be reached.
    pub const PROXY_AWAY: Words = Words::new("the proxy cannot be reached", "プロキシに接続できない");
    /// It wants another login, or its rules say no.
    pub const PROXY_REFUSES: Words = Words::new("the proxy refuses", "プロキシが拒否");
    /// It does not speak SOCKS5, or failed.
    pub const PROXY: Words = Words::new("the proxy failed", "プロキシでエラーが発生");
    /// Where the answer was to be written.
    pub const NOT_KEPT: Words = Words::new("the answer could not be kept", "応答を保存できない");
    /// The body was longer.
    pub const CUT_BYTES: Words = Words::new("cut: longer than the limit", "途中まで: 上限より長い");
    /// The body took longer.
    pub const CUT_TIME: Words = Words::new("cut: it took longer than the limit", "途中まで: 時間の上限を超過");
    /// The connection ended in the middle of the body.
    pub const CUT_CLOSED: Words = Words::new("cut: the connection broke off", "途中まで: 接続が切れた");
    /// The compression is broken.
    pub const CUT_DAMAGED: Words =
        Words::new("cut: the compressed answer is damaged", "途中まで: 圧縮データが壊れている");
    /// Several layers, or an unknown one.
    pub const CUT_ENCODED: Words =
        Words::new("the answer is encoded in a way that is not undone", "応答が展開されない形式で符号化されている");
}

/// Why a visit ended.
pub mod visit {
    use crate::text::Words;

    /// `Location` or the like holds something that is no address.
    pub const NOT_AN_ADDRESS: Words =
        Words::new("not followed: not a valid address", "追跡せず: アドレスとして正しくない");
    /// Stands before the name of the environment variable.
    pub const NO_KEY: Words = Words::new("not asked: no key is set", "問い合わせず: キーが設定されていない");
    /// HTTP 5xx.
    pub const SERVER: Words = Words::new("the service has a failure of its own", "サービス側の障害");
    /// Any other status.
    pub const STATUS: Words =
        Words::new("the service did not accept the question", "サービスが問い合わせを受け付けない");
    /// Longer than the limit.
    pub const CUT: Words = Words::new("the answer broke off or is too long", "応答が途中で切れたか、長すぎる");
    /// A scan that takes longer than somebody waits.
    pub const NOT_READY: Words = Words::new("the scan is not ready yet", "スキャンがまだ終わっていない");
    /// More redirects than are followed.
    pub const TOO_MANY_HOPS: Words =
        Words::new("not followed: more redirects than the limit", "追跡せず: リダイレクトの上限に達した");
    /// It leads back to where it has been: perhaps it wants a cookie.
    pub const LOOP: Words = Words::new(
        "not followed: it leads back to an address that was visited",
        "追跡せず: すでに訪れたアドレスに戻る",
    );
    /// The time for the whole visit is over.
    pub const OUT_OF_TIME: Words =
        Words::new("not followed: the time for the visit is over", "追跡せず: 訪問の制限時間を超過");
}

/// What registries say, and why they say nothing.
pub mod registry {
    use crate::text::Words;

    /// Neither RDAP nor WHOIS.
    pub const SILENT: Words = Words::new(
        "not asked: this registry tells nothing over the network",
        "問い合わせず: 登録情報を公開していないレジストリ",
    );
    /// A reserved address.
    pub const NOBODYS_ADDRESS: Words = Words::new(
        "not asked: an address that nobody on the Internet has",
        "問い合わせず: インターネット上の誰にも割り当てられないアドレス",
    );
    /// A reserved AS number.
    pub const NOBODYS_NUMBER: Words =
        Words::new("not asked: a number that no network has", "問い合わせず: どのネットワークにも割り当てられない番号");
    /// It knows who asks and does not want to answer, or not so.
    pub const REFUSES: Words = Words::new("the registry refuses to answer", "レジストリが回答を拒否");
    /// Its server failed.
    pub const BROKEN: Words = Words::new("the registry's server had an error", "レジストリのサーバーでエラーが発生");
    /// No JSON, or JSON that is none of what was asked for.
    pub const NOT_RDAP: Words = Words::new("the registry's answer was malformed", "レジストリの応答の形式が不正");
    /// A text in which nothing was recognized.
    pub const UNREADABLE: Words =
        Words::new("the registry's answer is in a form that is not known", "レジストリの応答が未知の形式");
    /// More redirects or referrals than are followed, or a circle.
    pub const CIRCLES: Words = Words::new(
        "the registries sent the question around in circles",
        "レジストリ間で問い合わせがたらい回しになった",
    );
    /// A redirect or referral to what is no registry's server.
    pub const ASTRAY: Words = Words::new(
        "the registry sent the question to a place that is not asked",
        "レジストリが問い合わせ先として認められない場所を示した",
    );
    /// More entries than are kept.
    pub const CUT_LIST: Words = Words::new("cut: more entries than are kept", "途中まで: 項目数が上限を超過");
    /// A longer text than is kept.
    pub const CUT_TEXT: Words = Words::new("cut: longer texts than are kept", "途中まで: 文字数が上限を超過");
    /// A date that is none.
    pub const NO_DATE: Words = Words::new("a date that no calendar holds was left out", "暦にない日付を除外");
    /// The second half of a thin registry's answer.
    pub const REGISTRAR_SILENT: Words = Words::new("the registrar's own answer did not come", "登録業者からの応答なし");
    /// A referral that was not followed.
    pub const NOT_FOLLOWED: Words =
        Words::new("a referral to another server was not followed", "別のサーバーへの参照は追跡せず");
}

/// Sources that are not the name of a file or server.
pub mod source {
    use crate::text::Words;

    /// For reserved addresses.
    pub const IANA: Words = Words::new("IANA special-purpose address registries", "IANA 特殊用途アドレスレジストリ");
    /// For a host that is written as an address.
    pub const LITERAL: Words = Words::new("the host is itself an address", "ホストの表記自体がアドレス");
    /// The list of anycast networks.
    pub const ANYCAST: Words =
        Words::new("gosanke's list of anycast networks, 2026-11", "gosanke のエニーキャスト一覧, 2026-11");
    /// The feeds on this machine, where none is to be named.
    pub const FEEDS: Words = Words::new("feeds on this machine", "この端末のフィード");
    /// The user's override file.
    pub const OVERRIDE: Words = Words::new("your override file", "ユーザーの上書きファイル");
}

/// What is said of feeds, lists and services.
pub mod lists {
    use crate::text::Words;

    /// A feed's file was cut or changed.
    pub const FEED_DAMAGED: Words = Words::new(
        "a feed on this machine is damaged (`gosanke feeds` says which)",
        "この端末のフィードが壊れています (`gosanke feeds` で確認できます)",
    );
    /// 401 and 403.
    pub const REFUSED: Words =
        Words::new("the server refuses (a key is missing or wrong)", "サーバーが拒否 (キーがないか誤っている)");
    /// Stands before the name of the environment variable.
    pub const NO_KEY: Words = Words::new("not asked: no key is set", "問い合わせず: キーが設定されていない");
    /// HTTP 5xx.
    pub const SERVER: Words = Words::new("the service has a failure of its own", "サービス側の障害");
    /// Any other status.
    pub const STATUS: Words =
        Words::new("the service did not accept the question", "サービスが問い合わせを受け付けない");
    /// Longer than the limit.
    pub const CUT: Words = Words::new("the answer broke off or is too long", "応答が途中で切れたか、長すぎる");
    /// A scan that takes longer than somebody waits.
    pub const NOT_READY: Words = Words::new("the scan is not ready yet", "スキャンがまだ終わっていない");
    /// A URL was handed in to be scanned, and the result looked for.
    pub const SUBMITTED: Words = Words::new("submitted for a scan", "スキャンを依頼した");
    /// A list that somebody ordered to be fetched.
    pub const ORDERED: Words = Words::new("fetched by order", "指示により取得");
    /// More redirects than are followed.
    pub const REDIRECTS: Words = Words::new("too many redirects", "リダイレクトが多すぎる");
    /// A policy of MTA-STS has to lie where it is asked for (RFC 8461 section 3.3).
    pub const NOT_FOLLOWED: Words = Words::new(
        "the server redirects, which MTA-STS does not allow",
        "MTA-STS で認められないリダイレクトが返された",
    );
    /// What came is something else.
    pub const NOT_A_POLICY: Words =
        Words::new("what came is not an MTA-STS policy", "MTA-STS ポリシーではない内容が返された");
    /// A code that the table of block lists does not have.
    pub const UNEXPLAINED: Words = Words::new("listed with a code that is not explained", "説明のないコードで掲載");
    /// What a list of the reader's own says.
    pub const OWN: Words = Words::new("on a list of your own", "自分で指定した一覧に掲載");
    /// A wildcard in the zone, or a name server that answers every name: the entry that is never listed was.
    pub const ANSWERS_ALL: Words = Words::new(
        "not believed: the list has everything, even the entry that no list has",
        "信用せず：掲載されないはずのテスト項目まで掲載ありと回答",
    );
    /// The entry that is always listed was not: the zone is gone, or somebody keeps its answers away.
    pub const ANSWERS_NOTHING: Words = Words::new(
        "not believed: the list does not know its own test entry",
        "信用せず：必ず掲載されるはずのテスト項目を知らない",
    );
    /// The same of a list that is asked with the user's key.
    pub const NOTHING_BY_KEY: Words = Words::new(
        "not believed: with this key the list does not know its own test entry (is the key wrong, or its contract over?)",
        "信用せず：このキーではリスト自身のテスト項目も見つからない（キーの誤り、または契約終了の可能性）",
    );
    /// A key that is put into a name has to be a label of one.
    pub const BAD_KEY: Words = Words::new(
        "not asked: the key has characters that no name can hold",
        "問い合わせず: キーにドメイン名で使えない文字がある",
    );
    /// Addresses outside 127.0.0.0/8.
    pub const FOREIGN: Words =
        Words::new("not believed: the answer is not one of a block list", "信用せず：ブロックリストの応答ではない");
}

/// Every sentence above.
pub const ALL: &[Words] = &[
    reserved::UNSPECIFIED,
    reserved::PRIVATE,
    reserved::SHARED,
    reserved::LOOPBACK,
    reserved::LINK_LOCAL,
    reserved::PROTOCOL,
    reserved::DOCUMENTATION,
    reserved::RELAY,
    reserved::BENCHMARK,
    reserved::MULTICAST,
    reserved::FUTURE,
    reserved::NAT64,
    reserved::DISCARD,
    reserved::DOCUMENTATION_V6,
    reserved::DOCUMENTATION_V6_NEW,
    reserved::TEREDO,
    reserved::SIX_TO_FOUR,
    reserved::UNIQUE_LOCAL,
    reserved::LINK_LOCAL_V6,
    reserved::MULTICAST_V6,
    reason::TIMEOUT,
    reason::SERVFAIL,
    reason::REFUSED,
    reason::RCODE,
    reason::MALFORMED,
    reason::OTHER_QUESTION,
    reason::UNREACHABLE,
    reason::TLS,
    reason::NO_RESOLVER,
    reason::NOT_A_NAME,
    reason::SPECIAL_NAME,
    reason::NO_REVERSE,
    reason::TOO_MANY,
    reason::SPENT,
    reason::PAUSED,
    reason::CUT,
    reason::TOO_LARGE,
    reason::HALF,
    reason::INVENTS,
    reason::DENIES,
    reason::RESOLVER_INVENTS,
    reason::RESOLVER_DENIES,
    lists::FEED_DAMAGED,
    lists::REFUSED,
    lists::REDIRECTS,
    lists::NOT_FOLLOWED,
    lists::NOT_A_POLICY,
    lists::UNEXPLAINED,
    lists::OWN,
    lists::ANSWERS_ALL,
    lists::ANSWERS_NOTHING,
    lists::NOTHING_BY_KEY,
    lists::BAD_KEY,
    lists::FOREIGN,
    lists::NO_KEY,
    lists::SERVER,
    lists::STATUS,
    lists::CUT,
    lists::NOT_READY,
    lists::SUBMITTED,
    lists::ORDERED,
    said::THREAT,
    said::NAME,
    said::KIND,
    said::CATEGORIES,
    said::TAGS,
    said::TITLE,
    said::LEADS_TO,
    said::REGISTERED,
    said::FIRST_SEEN,
    said::LAST_SEEN,
    said::CHECKED,
    said::REPUTATION,
    said::CONFIDENCE,
    said::REPORTS,
    said::LAST_REPORT,
    said::USE,
    said::PROVIDER,
    said::DOMAIN,
    said::PORTS,
    said::NAMES,
    said::SOFTWARE,
    said::WEAKNESSES,
    said::SCANS,
    said::BRAND,
    said::SERVER,
    reason::INTERNAL,
    connection::ADDRESS,
    connection::PORT,
    connection::NOT_PUBLIC,
    connection::NO_ADDRESS,
    connection::UNREACHABLE,
    connection::NO_ROOM,
    connection::CLOSED,
    connection::TLS,
    connection::DISTRUST,
    connection::EXPIRED,
    connection::NOT_YET,
    connection::OTHER_NAME,
    connection::UNKNOWN_ISSUER,
    connection::BAD_SIGNATURE,
    connection::REVOKED,
    connection::BAD_CERTIFICATE,
    connection::HEAD,
    connection::MALFORMED,
    connection::WAIT,
    connection::PROXY_AWAY,
    connection::PROXY_REFUSES,
    connection::PROXY,
    connection::NOT_KEPT,
    connection::CUT_BYTES,
    connection::CUT_TIME,
    connection::CUT_CLOSED,
    connection::CUT_DAMAGED,
    connection::CUT_ENCODED,
    visit::NOT_AN_ADDRESS,
    visit::TOO_MANY_HOPS,
    visit::LOOP,
    visit::OUT_OF_TIME,
    registry::SILENT,
    registry::NOBODYS_ADDRESS,
    registry::NOBODYS_NUMBER,
    registry::REFUSES,
    registry::BROKEN,
    registry::NOT_RDAP,
    registry::UNREADABLE,
    registry::CIRCLES,
    registry::ASTRAY,
    registry::CUT_LIST,
    registry::CUT_TEXT,
    registry::NO_DATE,
    registry::REGISTRAR_SILENT,
    registry::NOT_FOLLOWED,
    source::IANA,
    source::LITERAL,
    source::ANYCAST,
    source::FEEDS,
    source::OVERRIDE,
];

/// `text` in `lang` where it is one of the sentences above, else as it is (names of networks, servers, databases).
/// Parts joined by `; ` are looked at one by one, as the origin of a place may name several sources.
#[must_use]
pub fn in_language(text: &str, lang: Lang) -> Cow<'_, str> {
    if lang == Lang::En {
        return Cow::Borrowed(text);
    }
    let one = |part: &str| {
        let sentence = ALL.iter().chain(notes::ALL).find(|words| words.en == part).map(|words| words.get(lang));
        sentence.or_else(|| super::blocklists::in_japanese(part))
    };
    if let Some(found) = one(text) {
        return Cow::Borrowed(found);
    }
    if !text.split("; ").any(|part| one(part).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split("; ").map(|part| one(part).unwrap_or(part)).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_sentence_is_said_in_japanese_and_a_name_stays() {
        assert_eq!(in_language(reason::TIMEOUT.en, Lang::Ja), "時間内に応答なし");
        assert_eq!(in_language(reason::TIMEOUT.en, Lang::En), "no answer in time");
        assert_eq!(in_language("Example Networks", Lang::Ja), "Example Networks");
        assert_eq!(
            in_language("your override file; DB-IP Lite region, 2026-06-17", Lang::Ja),
            "ユーザーの上書きファイル; DB-IP Lite region, 2026-06-17"
        );
    }

    #[test]
    fn no_sentence_is_listed_twice_or_holds_the_separator() {
        for (index, words) in ALL.iter().enumerate() {
            assert!(!words.en.contains("; "), "{}", words.en);
            assert!(!words.ja.is_empty());
            assert!(ALL.iter().skip(index + 1).all(|other| other.en != words.en), "{}", words.en);
        }
    }
}
