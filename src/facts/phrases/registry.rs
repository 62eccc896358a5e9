//! What registries say, and why they say nothing. Words only.

use crate::text::Words;

sentences! {
    /// Neither RDAP nor WHOIS.
    SILENT = "not asked: this registry tells nothing over the network", "照会せず: 登録情報を公開していないレジストリ";
    /// A reserved address.
    NOBODYS_ADDRESS = "not asked: an address that nobody on the Internet has", "照会せず: インターネット上の誰にも割り当てられないアドレス";
    /// A reserved AS number.
    NOBODYS_NUMBER = "not asked: a number that no network has", "照会せず: どのネットワークにも割り当てられない番号";
    /// It knows who asks and does not want to answer, or not so.
    REFUSES = "the registry refuses to answer", "レジストリが回答を拒否";
    /// Its server failed.
    BROKEN = "the registry's server had an error", "レジストリのサーバーでエラーが発生";
    /// No JSON, or JSON that is none of what was asked for.
    NOT_RDAP = "the registry's answer was malformed", "レジストリの応答の形式が不正";
    /// A text in which nothing was recognized.
    UNREADABLE = "the registry's answer is in a form that is not known", "レジストリの応答が未知の形式";
    /// More redirects or referrals than are followed, or a circle.
    CIRCLES = "the registries sent the question around in circles", "レジストリ間で照会先が循環している";
    /// A redirect or referral to what is no registry's server.
    ASTRAY = "the registry sent the question to a place that is not asked", "レジストリが照会先として認められない場所を示した";
    /// More entries than are kept.
    CUT_LIST = "cut: more entries than are kept", "途中まで: 項目数が上限を超過";
    /// A longer text than is kept.
    CUT_TEXT = "cut: longer texts than are kept", "途中まで: 文字数が上限を超過";
    /// A date that is none.
    NO_DATE = "a date that no calendar holds was left out", "暦にない日付を除外";
    /// The second half of a thin registry's answer.
    REGISTRAR_SILENT = "the registrar's own answer did not come", "登録業者からの応答なし";
    /// A referral that was not followed.
    NOT_FOLLOWED = "a referral to another server was not followed", "別のサーバーへの参照は追跡せず";
}
