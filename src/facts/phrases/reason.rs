//! Why no answer came. Words only.

use crate::text::Words;

sentences! {
    /// Nothing came back in time.
    TIMEOUT = "no answer in time", "時間内に応答なし";
    /// RCODE 2.
    SERVFAIL = "the name server could not answer (SERVFAIL)", "DNS サーバーが答えられない (SERVFAIL)";
    /// RCODE 5.
    REFUSED = "the name server refuses to answer (REFUSED)", "DNS サーバーが回答を拒否 (REFUSED)";
    /// Any other RCODE.
    RCODE = "the name server answered with an error", "DNS サーバーがエラーを返した";
    /// The bytes were no DNS answer.
    MALFORMED = "the answer was malformed", "応答の形式が不正";
    /// The answer speaks of another question than was asked.
    OTHER_QUESTION = "not believed: the answer is to another question", "信用せず: 別の質問に対する応答";
    /// The system refused to send.
    UNREACHABLE = "the name server cannot be reached", "DNS サーバーに接続できない";
    /// TLS or HTTP broke.
    TLS = "the secure connection to the name server failed", "DNS サーバーとの暗号化接続に失敗";
    /// No resolver on this machine.
    NO_RESOLVER = "no usable name server is configured", "使える DNS サーバーが設定されていない";
    /// The host is not a DNS name.
    NOT_A_NAME = "not asked: not a valid host name", "照会せず: ホスト名として正しくない";
    /// RFC 6761 names and names without a dot.
    SPECIAL_NAME = "not asked: a name that only exists locally", "照会せず: 内部でのみ使われる名前";
    /// Loopback, unspecified or multicast address.
    NO_REVERSE = "not asked: this address has no public name", "照会せず: 公開の名前を持たないアドレス";
    /// The limit of questions for one call.
    TOO_MANY = "not asked: too many questions at once", "照会せず: 一度の照会が多すぎる";
    /// The most questions of a day that a service answers, or that the user lets out.
    SPENT = "not asked: today's questions to this service are used up", "照会せず: このサービスへの本日分の照会枠を使い切った";
    /// A service that answered "too many", with a long time to wait.
    PAUSED = "not asked: the service asked to be left alone for a while", "照会せず: しばらく控えるようサービスから求められている";
    /// Records or bytes beyond a limit of ours; stands beside the name of who answered.
    CUT = "only a part of a very large answer was kept", "非常に大きな応答のため一部だけを保存";
    /// Nothing of the answer is below the limit.
    TOO_LARGE = "the answer is too large to be kept", "応答が大きすぎるため保存できない";
    /// Of A and AAAA, one came and the other failed; stands beside the name of who answered.
    HALF = "only one of IPv4 and IPv6 was answered", "IPv4 と IPv6 の片方だけ応答あり";
    /// A name server that gives an address for every name.
    INVENTS =
        "not believed: the name server gives this address for names that do not exist, too",
        "信用せず: 存在しない名前にも同じアドレスを返す DNS サーバー";
    /// A name server that says of every name, of the root as well, that it is not there.
    DENIES = "not believed: the name server denies names that exist, too", "信用せず: 存在する名前まで存在しないと答える DNS サーバー";
    /// Told once in a run; see [`INVENTS`].
    RESOLVER_INVENTS =
        "the name server gives an address for names that do not exist: that address is not believed (setting resolver)",
        "DNS サーバーが存在しない名前にもアドレスを返すため、そのアドレスは信用しません (設定 resolver)";
    /// Told once in a run; see [`DENIES`].
    RESOLVER_DENIES =
        "the name server denies names that exist: what it denies is not believed (setting resolver)",
        "DNS サーバーが存在する名前まで存在しないと答えるため、その回答は信用しません (設定 resolver)";
    /// Said in place of an answer that does not fit into a line of the log.
    TOO_LONG = "the answer is too long for the log", "応答が長すぎるためログに残していない";
    /// A bug of ours; the engine lives on.
    INTERNAL = "the look-up broke off", "照会が中断された";
}
