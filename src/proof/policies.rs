//! What a domain says of its own mail and certificates: null MX (RFC 7505), MTA-STS (RFC 8461), TLS reports (RFC 8460), BIMI,
//! and who may issue certificates for it (CAA, RFC 8659). Told as facts say it; nothing here judges.

use crate::facts::{Answer, FactSet, Key, State};

use super::known::{self, Known};
use super::tags::Tags;

/// What is known of one policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Told<T> {
    /// Nobody asked, or no answer came.
    #[default]
    Unknown,
    /// The domain has none.
    Absent,
    /// There is one that cannot be read, or more than one.
    Broken,
    /// This.
    Value(T),
}

/// An MTA-STS policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MtaSts {
    /// `id=` of its record.
    pub id: String,
    /// `enforce`, `testing` or `none`, where the policy itself is known.
    pub mode: Option<String>,
    /// Patterns of the mail exchangers that it allows.
    pub exchangers: Vec<String>,
    /// Seconds for which it holds.
    pub max_age: Option<u64>,
}

/// A sign that mail programs may show beside a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bimi {
    /// `l=`: where the picture lies; empty where the domain wants none shown.
    pub picture: String,
    /// `a=`: where the certificate of the mark lies.
    pub certificate: String,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// The domain says that it takes no mail; `None` where nobody asked.
    pub no_mail: Option<bool>,
    /// Whether mail to it must be encrypted on the way.
    pub mta_sts: Told<MtaSts>,
    /// Where reports about that go.
    pub tls_reports: Told<Vec<String>>,
    /// Its sign.
    pub bimi: Told<Bimi>,
    /// Who may issue certificates, with the name at which that stands.
    pub issuers: Told<(String, Vec<String>)>,
}

/// What facts say of a domain.
#[must_use]
pub fn policies(facts: &FactSet, domain: &str) -> Policies {
    let record = |name: &str| one(facts, &format!("{name}.{domain}"));
    Policies {
        no_mail: match known::exchangers(facts, domain) {
            Known::Value(list) => Some(list.iter().all(|exchanger| exchanger.host.is_empty())),
            Known::Nothing => Some(false),
            _ => None,
        },
        mta_sts: record("_mta-sts").read("STSv1", |tags| {
            let mut policy = MtaSts { id: tags.tight("id")?, ..MtaSts::default() };
            if let State::Value(Answer::Policy(text)) = facts.state(&Key::MailPolicy(known::spelled(domain))) {
                fetched(text, &mut policy);
            }
            Some(policy)
        }),
        tls_reports: record("_smtp._tls")
            .read("TLSRPTv1", |tags| Some(tags.tight("rua")?.split(',').take(20).map(ToOwned::to_owned).collect())),
        bimi: record("default._bimi").read("BIMI1", |tags| {
            let part = |name: &str| tags.tight(name).unwrap_or_default();
            Some(Bimi { picture: part("l"), certificate: part("a") })
        }),
        issuers: issuers(facts, domain),
    }
}

/// The texts at a name.
enum Record {
    Unknown,
    Absent,
    Texts(Vec<Vec<u8>>),
}

fn one(facts: &FactSet, name: &str) -> Record {
    match known::texts(facts, name) {
        Known::Value(texts) => Record::Texts(texts),
        Known::Nothing => Record::Absent,
        _ => Record::Unknown,
    }
}

impl Record {
    /// The one text of that version.
    fn read<T>(&self, version: &str, read: impl Fn(&Tags<'_>) -> Option<T>) -> Told<T> {
        let texts = match self {
            Self::Unknown => return Told::Unknown,
            Self::Absent => return Told::Absent,
            Self::Texts(texts) => texts,
        };
        let mut own = texts
            .iter()
            .map(|text| Tags::read(text))
            .filter(|tags| tags.first() == b"v" && tags.get("v") == Some(version.as_bytes()));
        match (own.next(), own.next()) {
            (None, _) => Told::Absent,
            (Some(tags), None) => read(&tags).map_or(Told::Broken, Told::Value),
            (Some(_), Some(_)) => Told::Broken,
        }
    }
}

/// The policy as its server gave it: `mode: enforce` and so on (RFC 8461 section 3.2).
fn fetched(text: &str, policy: &mut MtaSts) {
    for line in text.lines().take(200) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match name.trim() {
            "mode" => policy.mode = Some(value.chars().take(20).collect()),
            "mx" if policy.exchangers.len() < 50 => policy.exchangers.push(value.chars().take(255).collect()),
            "max_age" => policy.max_age = value.parse().ok(),
            _ => {}
        }
    }
}

/// The first name from the domain upwards that has records (RFC 8659 section 3), as far as somebody asked.
fn issuers(facts: &FactSet, domain: &str) -> Told<(String, Vec<String>)> {
    let name = known::spelled(domain);
    let mut rest = name.as_str();
    for _ in 0..16 {
        match facts.state(&Key::Issuers(rest.to_owned())) {
            State::Value(Answer::Issuers(list)) => return Told::Value((rest.to_owned(), list.clone())),
            State::Absent => {}
            _ => return Told::Unknown,
        }
        match rest.split_once('.') {
            Some((_, above)) if above.contains('.') => rest = above,
            // Nobody asks a top-level domain.
            _ => return Told::Absent,
        }
    }
    Told::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Exchanger, Fact};

    fn known(list: &[(Key, State)]) -> FactSet {
        let mut facts = FactSet::default();
        for (key, state) in list {
            facts.put(key.clone(), Fact { state: state.clone(), ..Fact::default() });
        }
        facts
    }

    fn texts(name: &str, texts: &[&str]) -> (Key, State) {
        let list = texts.iter().map(|text| (*text).to_owned()).collect();
        (Key::Texts(name.into()), State::Value(Answer::Texts(list)))
    }

    #[test]
    fn each_policy_is_told_as_it_stands() {
        let facts = known(&[
            texts("_mta-sts.shop.example", &["v=STSv1; id=20261121;"]),
            (
                Key::MailPolicy("shop.example".into()),
                State::Value(Answer::Policy(
                    "version: STSv1\r\nmode: enforce\r\nmx: *.shop.example\r\nmax_age: 86400\r\n".into(),
                )),
            ),
            texts("_smtp._tls.shop.example", &["x", "v=TLSRPTv1; rua=mailto:a@shop.example,https://r.example/"]),
            texts("default._bimi.shop.example", &["v=BIMI1; l=https://shop.example/a.svg; a=;"]),
            (Key::MailExchangers("shop.example".into()), State::Absent),
            (Key::Issuers("shop.example".into()), State::Value(Answer::Issuers(vec!["issue \"ca.example\"".into()]))),
        ]);
        let told = policies(&facts, "Shop.example");
        let Told::Value(sts) = told.mta_sts else { panic!("{:?}", told.mta_sts) };
        assert_eq!((sts.id.as_str(), sts.mode.as_deref(), sts.max_age), ("20261121", Some("enforce"), Some(86_400)));
        assert_eq!(sts.exchangers, ["*.shop.example"]);
        assert_eq!(told.tls_reports, Told::Value(vec!["mailto:a@shop.example".into(), "https://r.example/".into()]));
        assert!(
            matches!(told.bimi, Told::Value(Bimi { picture, certificate }) if picture == "https://shop.example/a.svg" && certificate.is_empty())
        );
        assert_eq!(told.no_mail, Some(false));
        assert!(matches!(told.issuers, Told::Value((at, _)) if at == "shop.example"));
    }

    #[test]
    fn absent_broken_and_unknown_are_three_things() {
        let facts = known(&[
            (Key::Texts("_mta-sts.shop.example".into()), State::Absent),
            texts("_smtp._tls.shop.example", &["v=TLSRPTv1;"]),
            texts("default._bimi.shop.example", &["v=BIMI1; l=", "v=BIMI1; l="]),
            (
                Key::MailExchangers("shop.example".into()),
                State::Value(Answer::MailExchangers(vec![Exchanger { preference: 0, host: String::new() }])),
            ),
            (Key::Issuers("shop.example".into()), State::Absent),
        ]);
        let told = policies(&facts, "shop.example");
        assert_eq!((told.mta_sts, told.tls_reports, told.bimi), (Told::Absent, Told::Broken, Told::Broken));
        assert_eq!((told.no_mail, told.issuers), (Some(true), Told::Absent));
        assert_eq!(policies(&FactSet::default(), "shop.example"), Policies::default());
    }

    #[test]
    fn issuers_are_looked_for_upwards_and_only_as_far_as_somebody_asked() {
        let list = State::Value(Answer::Issuers(vec!["issue \";\"".into()]));
        let facts = known(&[
            (Key::Issuers("a.shop.example".into()), State::Absent),
            (Key::Issuers("shop.example".into()), list),
        ]);
        assert!(matches!(policies(&facts, "a.shop.example").issuers, Told::Value((at, _)) if at == "shop.example"));
        assert_eq!(policies(&facts, "b.a.shop.example").issuers, Told::Unknown);
    }
}
