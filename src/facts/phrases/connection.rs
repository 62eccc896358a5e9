//! Why a server gave no answer, or not all of it. Words only.

use crate::text::Words;

sentences! {
    /// Neither http nor https, or no host.
    ADDRESS = "not asked: not an address of the web", "照会せず: Web のアドレスではない";
    /// Another port than 80 and 443.
    PORT = "not asked: an unusual port", "照会せず: 通常と異なるポート番号";
    /// The host's address is private, loopback or the like; the address stands behind it.
    NOT_PUBLIC = "not contacted: the host's address is not public", "接続せず: ホストのアドレスがインターネット上のものではない";
    /// The name has no address.
    NO_ADDRESS = "the host has no address", "ホストにアドレスがない";
    /// Nobody listens there.
    UNREACHABLE = "the server cannot be reached", "サーバーに接続できない";
    /// No file or port is left on this machine.
    NO_ROOM = "this machine has no connection left to give", "このマシンで使える接続数が尽きている";
    /// The connection ended before an answer.
    CLOSED = "the server closed the connection", "サーバーが接続を切断";
    /// The TLS handshake failed for another reason than the certificate.
    TLS = "the secure connection failed", "暗号化接続に失敗";
    /// The certificate is not trusted; why stands behind it.
    DISTRUST = "the server's certificate is not trusted", "サーバー証明書を信頼できない";
    /// Past its last day.
    EXPIRED = "the certificate has expired", "証明書の有効期限切れ";
    /// Before its first day.
    NOT_YET = "the certificate is not valid yet", "証明書の有効期間の開始前";
    /// For other names.
    OTHER_NAME = "the certificate is for another name", "証明書の名前がホストと一致しない";
    /// Self-signed, or by an issuer that browsers do not know.
    UNKNOWN_ISSUER = "the certificate's issuer is unknown", "証明書の発行者が不明 (自己署名など)";
    /// Not signed by the issuer that it names.
    BAD_SIGNATURE = "the certificate's signature does not hold", "証明書の署名が正しくない";
    /// Taken back.
    REVOKED = "the certificate was revoked", "証明書が失効している";
    /// Anything else that is wrong with it.
    BAD_CERTIFICATE = "the certificate is malformed", "証明書の形式が不正";
    /// More header fields or bytes than the limit.
    HEAD = "the answer's header is larger than the limit", "応答ヘッダーが上限を超えている";
    /// Not HTTP.
    MALFORMED = "the server's answer was malformed", "サーバーの応答の形式が不正";
    /// Too many requests.
    WAIT = "the service asks to wait", "サービスが待機を要求";
    /// The SOCKS server cannot be reached.
    PROXY_AWAY = "the proxy cannot be reached", "プロキシに接続できない";
    /// It wants another login, or its rules say no.
    PROXY_REFUSES = "the proxy refuses", "プロキシが拒否";
    /// It does not speak SOCKS5, or failed.
    PROXY = "the proxy failed", "プロキシでエラーが発生";
    /// Where the answer was to be written.
    NOT_KEPT = "the answer could not be kept", "応答を保存できない";
    /// The body was longer.
    CUT_BYTES = "cut: longer than the limit", "途中まで: 上限より長い";
    /// The body took longer.
    CUT_TIME = "cut: it took longer than the limit", "途中まで: 時間の上限を超過";
    /// The connection ended in the middle of the body.
    CUT_CLOSED = "cut: the connection broke off", "途中まで: 接続が切れた";
    /// The compression is broken.
    CUT_DAMAGED = "cut: the compressed answer is damaged", "途中まで: 圧縮データが壊れている";
    /// Several layers, or an unknown one.
    CUT_ENCODED = "the answer is encoded in a way that is not undone", "応答が展開されない形式で符号化されている";
}
