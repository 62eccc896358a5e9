//! What was done to a mail so that programs disagree about its sender, in words. A fact each; whether it is fraud is said
//! by the verdict.

use crate::evidence::Trick;
use crate::text::Words;

/// What was done.
pub(super) fn trick(trick: Trick) -> Words {
    match trick {
        Trick::SeveralFields => {
            Words::new("two From fields with different addresses", "アドレスの異なる From 欄が複数")
        }
        Trick::LeadingBlank => Words::new("a From field that starts with a blank", "空白で始まる From 欄"),
        Trick::BlankBeforeColon => Words::new("a blank before the colon of From", "From とコロンの間に空白"),
        Trick::FoldedName => Words::new("a line break before the colon of From", "From とコロンの間で改行"),
        Trick::NoFrom => Words::new("no From field that follows the rules", "書式どおりの From 欄がない"),
        Trick::SeveralAddresses => Words::new("several addresses in From", "From 欄に複数のアドレス"),
        Trick::QuotedPair => Words::new("a backslash before a comma in From", "From 欄のコンマの前に逆斜線"),
        Trick::BareAndBracketed => {
            Words::new("a bare address beside one in brackets", "裸のアドレスと山括弧付きアドレスの併記")
        }
        Trick::BehindBrackets => Words::new("an address behind the brackets", "山括弧の後ろに別のアドレス"),
        Trick::SourceRoute => Words::new("a route before the address in From", "From 欄のアドレスの前に経路指定"),
        Trick::EncodedAddress => Words::new("an address in an encoded word", "符号化された語の中のアドレス"),
        Trick::InvisibleCharacter => Words::new("an invisible character in the address", "アドレスに見えない文字"),
        Trick::Direction => {
            Words::new("a character that turns the direction of the text", "文字の向きを変える制御文字")
        }
        Trick::StrayByte => Words::new("a byte in the address that belongs to no text", "アドレスに文字ではないバイト"),
        Trick::TwoDomains => Words::new("an address with two domains", "ドメインが二つあるアドレス"),
        Trick::PathComment => Words::new("a comment in Return-Path", "Return-Path に注釈"),
        Trick::PathTwoDomains => Words::new("a Return-Path with two domains", "ドメインが二つある Return-Path"),
        Trick::PathRoute => Words::new("a route in Return-Path", "Return-Path に経路指定"),
        Trick::PathOddDomain => {
            Words::new("a Return-Path with a sign that no domain has", "ドメインに使えない文字を含む Return-Path")
        }
        Trick::PathNull => {
            Words::new("an empty Return-Path although it is no notice", "通知メールではないのに Return-Path が空")
        }
        Trick::PathSubdomain => Words::new("a Return-Path in a subdomain of From", "From のサブドメインの Return-Path"),
        Trick::OtherAccount => {
            Words::new("From and Return-Path are two people of one domain", "From と Return-Path が同じドメインの別人")
        }
        Trick::OtherSender => Words::new("Sender is of another organization", "Sender 欄が別の組織"),
        Trick::SignatureByte => {
            Words::new("a byte in the signature that ends the text", "署名のドメイン等に文字列を終わらせるバイト")
        }
        Trick::SignatureQuote => {
            Words::new("a quotation mark or bracket in the signature's domain", "署名のドメイン等に引用符や括弧")
        }
        Trick::SignedInPart => Words::new("the body goes on behind what was signed", "署名範囲の後ろに本文が続く"),
        Trick::Unsigned => Words::new("From or Subject are not signed", "From か Subject が署名の対象外"),
        Trick::AddedField => Words::new("a field stands there more often than was signed", "署名時より欄が増えている"),
    }
}
