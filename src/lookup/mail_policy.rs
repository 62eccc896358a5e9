//! The MTA-STS policy of a domain (RFC 8461): one file over https, from a host of the domain's own.
//!
//! ```text
//! GET https://mta-sts.shop.example/.well-known/mta-sts.txt
//!
//! version: STSv1
//! mode: enforce
//! mx: *.shop.example
//! max_age: 604800
//! ```
//!
//! Asked in the reach `sender`, and only where the domain says in the DNS that it has one (`wants`). The certificate has to
//! be good for the host, and no redirect is followed (section 3.3): what lies elsewhere is no policy. The text is hostile:
//! bounded in bytes, lines and time, and whatever does not begin as a policy is none. Never says who asks: it presents
//! itself as a visitor of links does.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::http::{Client, Limits, Request};
use super::name::{Host, host};
use super::policy::Policy;
use super::{Again, Manner, Outcome, Pace, Permit, Provider, Query, Work, services};
use crate::facts::phrases::{connection, lists, reason};
use crate::facts::{Answer, Fact, Key, Reach, State};
use crate::text::Words;

/// The most bytes of a policy (section 3.3 names this limit).
const BODY: usize = 64 << 10;
/// The most lines that are kept.
const LINES: usize = 200;
/// The longest line that is kept, in bytes; a pattern of a host has 255.
const LINE: usize = 300;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Seconds for which a policy counts as fresh that does not say so.
const KEPT: u32 = 86_400;

/// The provider.
pub(super) struct MailPolicies {
    client: Client,
    names: Option<Arc<dyn Provider>>,
    manner: Manner,
}

impl MailPolicies {
    /// A provider that goes out by `client`, whose hosts' addresses `names` finds; nobody does behind a proxy.
    pub(super) fn new(client: Client, names: &Arc<dyn Provider>, manner: Manner) -> Self {
        let names = (!client.has_proxy()).then(|| Arc::clone(names));
        Self { client, names, manner }
    }
}

/// Where the policy of a domain lies.
fn target(key: &Key) -> Result<Url, Words> {
    let Key::MailPolicy(domain) = key else { return Err(connection::ADDRESS) };
    match host(&format!("mta-sts.{domain}")) {
        Host::Name(name) => {
            let name = name.trim_end_matches('.');
            Url::parse(&format!("https://{name}/.well-known/mta-sts.txt")).map_err(|_| connection::ADDRESS)
        }
        Host::Address(_) => Err(reason::NOT_A_NAME),
        Host::Refused(why) => Err(why),
    }
}

impl Provider for MailPolicies {
    fn id(&self) -> &'static str {
        "mta-sts"
    }

    fn reach(&self) -> Reach {
        Reach::Sender
    }

    fn answers(&self, key: &Key) -> bool {
        matches!(key, Key::MailPolicy(_))
    }

    fn receiver(&self, key: &Key) -> String {
        target(key).ok().and_then(|url| url.host_str().map(|host| format!("{host} (HTTPS)"))).unwrap_or_default()
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let Ok(url) = target(key) else { return Vec::new() };
        let mut plan = super::name_questions(self.names.as_ref(), url.host_str().unwrap_or_default());
        plan.push(Query { receiver: self.receiver(key), asks: format!("GET {url}") });
        plan
    }

    fn pace(&self) -> Pace {
        Pace { timeout: Some(PATIENCE + Duration::from_secs(5)), tries: 2, ..Pace::default() }
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        let why = if self.answers(key) { target(key).err()? } else { return None };
        Some(Fact { state: failed(why), ..Fact::default() })
    }

    fn run(&self, key: &Key, permit: Permit) -> Work {
        let (client, url) = (self.client.clone(), target(key));
        let agent = self.manner.agent.clone();
        Box::pin(async move {
            let url = match url {
                Ok(url) => url,
                Err(why) => return Outcome::new(failed(why), None),
            };
            let mut request = Request::get(url).with("user-agent", &agent).with("accept", "text/plain");
            request.policy = Policy::Public;
            request.limits = Limits { body: BODY, time: PATIENCE, ..Limits::default() };
            let response = match client.fetch(request, &permit).await {
                Ok(response) => response,
                Err(why) => return why.outcome(),
            };
            if (300..400).contains(&response.status) {
                return Outcome::new(failed(lists::NOT_FOLLOWED), None);
            }
            if let Some(mut outcome) = services::status(&response, false) {
                // Each domain has a server of its own: one that asks to wait says nothing for the others.
                if let Some(Again::After(time)) = outcome.again {
                    outcome.again = Some(Again::NotBefore(time));
                }
                return outcome;
            }
            match read(&response.text()) {
                Some((text, age)) => Outcome::new(State::Value(Answer::Policy(text)), Some(age)),
                None => Outcome::new(failed(lists::NOT_A_POLICY), None),
            }
        })
    }
}

fn failed(why: Words) -> State {
    State::Failed(why.en.to_owned())
}

/// The lines of a policy and the seconds for which it holds, a week at most; `None` where it is none (section 3.2: it names
/// its version and a mode that there is).
fn read(text: &str) -> Option<(String, u32)> {
    let (mut kept, mut version, mut mode, mut age) = (Vec::new(), false, false, None);
    for line in text.lines().take(LINES).map(str::trim).filter(|line| line.len() <= LINE) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match name.trim() {
            "version" => version = value == "STSv1",
            "mode" => mode = matches!(value, "enforce" | "testing" | "none"),
            "max_age" => age = value.parse::<u32>().ok(),
            _ => {}
        }
        kept.push(line);
    }
    (version && mode).then(|| (kept.join("\n"), age.unwrap_or(KEPT).clamp(300, 7 * KEPT)))
}

#[cfg(test)]
#[path = "mail_policy/tests.rs"]
mod tests;
