//! The gate between the program and the network: a question passes only with a [`Permit`], and only this file makes one.
//!
//! A provider cannot be run without a permit, so the reach is enforced by the type and not by a check that a new provider
//! could forget. So is consent: a question that carries or visits a whole URL passes with a [`Consent`] to exactly this
//! question only, and a consent is spent with it.

use crate::facts::{Key, Reach};

/// Leave to send the packets of one try of one question.
#[derive(Debug)]
pub struct Permit {
    reach: Reach,
}

/// A person was shown one question and said yes to it. It is good for this question and for asking it once.
#[derive(Debug)]
pub struct Consent {
    key: Key,
}

/// Leave to ask one question, as often as it has to be tried.
#[derive(Debug)]
pub(crate) struct Leave {
    needs: Reach,
}

impl Consent {
    /// The yes of a person to `key`. To be called only where the question, with its URL as it would be sent, was on the
    /// screen or on the command line.
    #[must_use]
    pub fn given(key: Key) -> Self {
        Self { key }
    }

    /// What was consented to.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }
}

impl Permit {
    /// How far the packets may travel.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Leave for a further packet of the same question: the receiver's address, a referral.
    pub(crate) fn again(&self) -> Self {
        Self { reach: self.reach }
    }

    /// Leave for what the user ordered by a command of its own (`gosanke feeds update`). Never for what a mail wants.
    pub(crate) fn by_order() -> Self {
        Self { reach: Reach::ThirdParty }
    }

    /// Leave for `key` under the reach that the user allows, without a consent; see [`Leave::new`].
    #[cfg(test)]
    pub(crate) fn new(key: &Key, provider: Reach, allowed: Reach) -> Option<Self> {
        Leave::new(key, provider, allowed, None).map(|leave| leave.permit())
    }

    /// Leave for the question that was consented to, under the reach that the user allows; see [`Leave::new`].
    #[cfg(test)]
    pub(crate) fn consented(consent: &Consent, provider: Reach, allowed: Reach) -> Option<Self> {
        Leave::new(consent.key(), provider, allowed, Some(consent)).map(|leave| leave.permit())
    }
}

impl Leave {
    /// Leave for `key` under the reach that the user allows; `None` where the question would travel further, where the
    /// provider that answers it would, or where it needs a consent and there is none or one to another question.
    /// [`Reach::Local`] never gives leave: no packet is local.
    pub(crate) fn new(key: &Key, provider: Reach, allowed: Reach, consent: Option<&Consent>) -> Option<Self> {
        let needs = key.reach().max(provider);
        let reached = needs > Reach::Local && needs <= allowed;
        let agreed = !key.needs_consent() || consent.is_some_and(|consent| consent.key == *key);
        (reached && agreed).then_some(Self { needs })
    }

    /// The reach without which the question may not go on.
    pub(crate) fn needs(&self) -> Reach {
        self.needs
    }

    /// Leave for one try.
    pub(crate) fn permit(&self) -> Permit {
        Permit { reach: self.needs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::listing::Thing;

    #[test]
    fn a_question_passes_only_within_its_reach() {
        let name = Key::Addresses("example.com".into());
        let owner = Key::Owner("example.com".into());
        let place = Key::Place("192.0.2.1".parse().unwrap());
        for (key, provider, allowed, passes) in [
            (&name, Reach::Sender, Reach::Local, false),
            (&name, Reach::Sender, Reach::ThirdParty, false),
            (&name, Reach::ThirdParty, Reach::ThirdParty, false),
            (&name, Reach::Sender, Reach::Sender, true),
            (&owner, Reach::ThirdParty, Reach::Local, false),
            (&owner, Reach::ThirdParty, Reach::ThirdParty, true),
            (&owner, Reach::Sender, Reach::ThirdParty, false),
            (&owner, Reach::ThirdParty, Reach::Sender, true),
            (&place, Reach::Local, Reach::Sender, false),
        ] {
            assert_eq!(Permit::new(key, provider, allowed).is_some(), passes, "{key:?} {provider:?} {allowed:?}");
        }
    }

    #[test]
    fn a_whole_url_passes_only_with_consent_to_this_very_url() {
        let page = |path: &str| Key::Page(format!("https://example.test/{path}"));
        let judged = |url: &str| Key::Judged { by: "service".into(), thing: Thing::Url(url.into()) };
        for key in [page("a"), judged("https://example.test/a")] {
            assert!(Permit::new(&key, Reach::ThirdParty, Reach::Sender).is_none(), "no consent: {key:?}");
            let consent = Consent::given(key.clone());
            assert!(Permit::consented(&consent, Reach::ThirdParty, Reach::Local).is_none(), "the reach holds: {key:?}");
            assert!(Permit::consented(&consent, Reach::ThirdParty, Reach::Sender).is_some());
            for other in [page("a?"), page("A"), page(""), judged("https://example.test/a/")] {
                assert!(
                    Leave::new(&other, Reach::ThirdParty, Reach::Sender, Some(&consent)).is_none(),
                    "{other:?} passed with the consent to {key:?}"
                );
            }
        }
        let host = Key::Judged { by: "service".into(), thing: Thing::Domain("example.test".into()) };
        assert!(Permit::new(&host, Reach::ThirdParty, Reach::ThirdParty).is_some(), "a domain needs none");
    }
}
