//! The gate between the program and the network: a question passes only with a [`Permit`], and only this file makes one.
//!
//! A provider cannot be run without a permit, so the reach is enforced by the type and not by a check that a new provider
//! could forget.

use crate::facts::{Key, Reach};

/// Leave to send the packets of one question.
#[derive(Debug)]
pub struct Permit {
    _made_here: (),
}

impl Permit {
    /// Leave for `key` under the reach that the user allows; `None` where the question would travel further, or where
    /// the provider that answers it would. [`Reach::Local`] never gives leave: no packet is local.
    pub(crate) fn new(key: &Key, provider: Reach, allowed: Reach) -> Option<Self> {
        let needed = key.reach().max(provider);
        (needed > Reach::Local && needed <= allowed).then_some(Self { _made_here: () })
    }

    /// Leave for a further packet of the same question: the receiver's address, a referral.
    pub(crate) fn again(&self) -> Self {
        Self { _made_here: () }
    }

    /// Leave for what the user ordered by a command of its own (`gosanke feeds update`). Never for what a mail wants.
    pub(crate) fn by_order() -> Self {
        Self { _made_here: () }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
