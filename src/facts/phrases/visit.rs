//! Why a visit ended. Words only.

use crate::text::Words;

sentences! {
    /// `Location` or the like holds something that is no address.
    NOT_AN_ADDRESS = "not followed: not a valid address", "追跡せず: アドレスとして正しくない";
    /// More redirects than are followed.
    TOO_MANY_HOPS = "not followed: more redirects than the limit", "追跡せず: リダイレクトの上限に達した";
    /// It leads back to where it has been: perhaps it wants a cookie.
    LOOP = "not followed: it leads back to an address that was visited", "追跡せず: すでに訪れたアドレスに戻る";
    /// The time for the whole visit is over.
    OUT_OF_TIME = "not followed: the time for the visit is over", "追跡せず: 訪問の制限時間を超過";
}
