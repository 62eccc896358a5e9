//! What a field of a form asks for, by its type, what it offers browsers to fill in, and its names in English and
//! Japanese. Pure words; a field that says nothing is left alone.

use crate::facts::visit::Asks;

/// The most bytes of each name that are looked at.
const NAME_BYTES: usize = 200;

/// A field as its tag describes it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Field<'a> {
    /// `type`; empty for text.
    pub(super) kind: &'a str,
    /// `name`, else `id`.
    pub(super) name: &'a str,
    /// `autocomplete`.
    pub(super) fills: &'a str,
    /// Other words that describe it: `id`, `placeholder`, `aria-label`, `title`.
    pub(super) words: [&'a str; 4],
}

impl Field<'_> {
    /// A reader types or chooses something in it.
    pub(super) fn is_typed(&self) -> bool {
        !["hidden", "submit", "button", "image", "reset", "checkbox", "radio", "search", "range", "color"]
            .iter()
            .any(|kind| self.kind.eq_ignore_ascii_case(kind))
    }

    /// It hides what is typed.
    pub(super) fn is_password(&self) -> bool {
        self.kind.eq_ignore_ascii_case("password")
    }

    /// What it asks for.
    pub(super) fn asks(&self) -> Option<Asks> {
        if !self.is_typed() {
            return None;
        }
        let named = self.filled().or_else(|| self.named());
        // A card's security code is often typed in a field for passwords.
        if self.is_password() {
            return Some(named.filter(|asks| asks.is_secret()).unwrap_or(Asks::Password));
        }
        named.or_else(|| {
            let kind = |known: &str| self.kind.eq_ignore_ascii_case(known);
            if kind("email") {
                Some(Asks::User)
            } else if kind("tel") {
                Some(Asks::Phone)
            } else if kind("file") {
                Some(Asks::File)
            } else {
                None
            }
        })
    }

    /// By what browsers may fill in (WHATWG HTML section 4.10.18.7).
    fn filled(&self) -> Option<Asks> {
        self.fills.split_whitespace().take(8).find_map(|token| {
            let token = token.to_ascii_lowercase();
            Some(match token.as_str() {
                "current-password" | "new-password" => Asks::Password,
                "one-time-code" => Asks::Code,
                "cc-number" => Asks::Card,
                "cc-csc" => Asks::CardCode,
                "cc-exp" | "cc-exp-month" | "cc-exp-year" => Asks::CardExpiry,
                "bday" | "bday-day" | "bday-month" | "bday-year" => Asks::Birth,
                "tel" | "tel-national" => Asks::Phone,
                "email" | "username" => Asks::User,
                "name" | "given-name" | "family-name" | "cc-name" => Asks::Name,
                "street-address" | "address-line1" | "postal-code" => Asks::Address,
                _ => return None,
            })
        })
    }

    /// By its names; the first word of the list that any of them holds.
    fn named(&self) -> Option<Asks> {
        let names: Vec<String> =
            std::iter::once(self.name).chain(self.words).filter(|name| !name.is_empty()).map(plain).collect();
        let holds = |word: &str| match word.strip_prefix('=') {
            Some(whole) => names.iter().any(|name| name == whole),
            None => names.iter().any(|name| name.contains(word)),
        };
        WORDS.iter().find(|(_, words)| words.iter().any(|word| holds(word))).map(|(asks, _)| *asks)
    }
}

/// Letters and digits only, lower case.
fn plain(name: &str) -> String {
    let name = crate::message::clip(name, NAME_BYTES);
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is asked and the words that say so, the more telling first; `=` in front of a word that has to be the whole name.
const WORDS: &[(Asks, &[&str])] = &[
    (
        Asks::CardCode,
        &[
            "cvv",
            "cvc",
            "cvn",
            "=csc",
            "securitycode",
            "seccode",
            "cardcode",
            "セキュリティコード",
            "セキュリティーコード",
        ],
    ),
    (
        Asks::CardExpiry,
        &["expdate", "expiry", "expiration", "expmonth", "expyear", "=expm", "=expy", "cardexp", "=mmyy", "有効期限"],
    ),
    (
        Asks::Card,
        &[
            "cardnum",
            "cardno",
            "ccnum",
            "ccno",
            "creditcard",
            "debitcard",
            "=card",
            "=cc",
            "カード番号",
            "クレジットカード",
        ],
    ),
    (
        Asks::Code,
        &[
            "otp",
            "onetime",
            "smscode",
            "authcode",
            "verificationcode",
            "verifycode",
            "twofactor",
            "2fa",
            "totp",
            "ワンタイム",
            "認証コード",
            "確認コード",
            "認証番号",
        ],
    ),
    (
        Asks::Seed,
        &[
            "seedphrase",
            "recoveryphrase",
            "secretphrase",
            "mnemonic",
            "privatekey",
            "12words",
            "24words",
            "リカバリーフレーズ",
        ],
    ),
    (
        Asks::Secret,
        &["securityanswer", "secretanswer", "securityquestion", "secretquestion", "maidenname", "秘密の質問", "合言葉"],
    ),
    (
        Asks::Password,
        &["passwd", "password", "passwort", "=pass", "=pwd", "motdepasse", "contrasena", "パスワード", "密码"],
    ),
    (Asks::Pin, &["=pin", "pincode", "pinnumber", "atmpin", "cardpin", "暗証番号", "第二暗証"]),
    (
        Asks::Account,
        &[
            "accountnumber",
            "accountno",
            "acctnum",
            "bankaccount",
            "=iban",
            "ibannumber",
            "routingnumber",
            "sortcode",
            "口座番号",
        ],
    ),
    (
        Asks::Identity,
        &[
            "=ssn",
            "socialsecurity",
            "mynumber",
            "個人番号",
            "マイナンバー",
            "passport",
            "driverlicense",
            "driverslicense",
            "licensenumber",
            "nationalid",
            "idnumber",
            "免許証番号",
            "旅券番号",
            "taxid",
        ],
    ),
    (Asks::Birth, &["birth", "=dob", "bday", "生年月日", "誕生日"]),
    (Asks::Phone, &["phone", "=tel", "telno", "telnumber", "mobile", "電話番号", "携帯番号", "携帯電話"]),
    (
        Asks::User,
        &[
            "email",
            "=mail",
            "mailaddress",
            "username",
            "userid",
            "loginid",
            "=user",
            "=login",
            "=uid",
            "メールアドレス",
            "ユーザーid",
            "ユーザid",
            "ログインid",
            "会員番号",
        ],
    ),
    (
        Asks::Address,
        &["streetaddress", "=address", "address1", "zipcode", "=zip", "postcode", "postalcode", "住所", "郵便番号"],
    ),
    (Asks::Name, &["firstname", "lastname", "fullname", "=name", "cardholder", "nameoncard", "氏名", "お名前", "名義"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(kind: &str, name: &str, fills: &str, placeholder: &str) -> Option<Asks> {
        Field { kind, name, fills, words: ["", placeholder, "", ""] }.asks()
    }

    #[test]
    fn fields_say_what_they_ask_for() {
        for (kind, name, fills, placeholder, expected) in [
            ("password", "p", "", "", Asks::Password),
            ("PASSWORD", "cvv2", "", "", Asks::CardCode),
            ("password", "email", "", "", Asks::Password),
            ("text", "x1", "cc-number", "", Asks::Card),
            ("", "card_number", "", "", Asks::Card),
            ("tel", "f3", "", "カード番号（半角数字）", Asks::Card),
            ("text", "exp-month", "", "", Asks::CardExpiry),
            ("text", "a", "section-a one-time-code", "", Asks::Code),
            ("text", "f1", "", "ワンタイムパスワード", Asks::Code),
            ("text", "pass", "", "", Asks::Password),
            ("text", "pin", "", "", Asks::Pin),
            ("text", "a", "", "暗証番号（4桁）", Asks::Pin),
            ("text", "recovery_phrase", "", "", Asks::Seed),
            ("text", "my_number", "", "", Asks::Identity),
            ("text", "口座番号", "", "", Asks::Account),
            ("email", "x", "", "", Asks::User),
            ("text", "user_id", "", "", Asks::User),
            ("tel", "x", "", "", Asks::Phone),
            ("file", "front", "", "", Asks::File),
            ("date", "date_of_birth", "", "", Asks::Birth),
        ] {
            assert_eq!(asks(kind, name, fills, placeholder), Some(expected), "{kind} {name} {fills} {placeholder}");
        }
    }

    #[test]
    fn ordinary_fields_ask_for_nothing_secret() {
        for (kind, name, placeholder) in [
            ("hidden", "password", ""),
            ("submit", "login", ""),
            ("search", "q", "カード番号で検索"),
            ("checkbox", "save_card", ""),
            ("text", "q", "Search"),
            ("text", "company", ""),
            ("text", "cart", ""),
            ("text", "passenger", ""),
            ("text", "spin", ""),
            ("text", "message", "Write us"),
            ("number", "quantity", ""),
        ] {
            assert_eq!(asks(kind, name, "", placeholder), None, "{kind} {name}");
        }
        assert!(!asks("text", "email", "", "").unwrap().is_secret());
        assert!(asks("text", "cvc", "", "").unwrap().is_secret());
    }
}
