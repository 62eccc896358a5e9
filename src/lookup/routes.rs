//! Who announces an address today, from a service that watches the routes and answers over DNS (Team Cymru's IP to ASN
//! mapping).
//!
//! ```text
//! TXT 7.2.0.192.origin.asn.cymru.com.  ->  64496 | 192.0.2.0/24 | US | arin | 2001-01-01
//! TXT AS64496.asn.cymru.com.           ->  64496 | US | arin | 2001-01-01 | EXAMPLE-NET - Example Ltd, US
//! ```
//!
//! Several lines are several announcements, of which the narrowest holds the address; several numbers in a line are several
//! origins. The answer is hostile: a line that is not of this form, or whose prefix does not hold the address, is left
//! out, and every part is bounded.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::rr::RecordType;

use super::dns::{Found, Nothing, Resolver, absolute, read};
use super::name::reversed;
use super::prefix::Prefix;
use super::services::clip;
use super::{Outcome, Pace, Permit, Provider, Query, Work, reserved};
use crate::facts::phrases::notes::{self, noted};
use crate::facts::phrases::{reason, registry};
use crate::facts::{Announced, Answer, Fact, Key, Reach, State};
use crate::text::Words;

/// Its id in the setting `services`.
pub(super) const ID: &str = "cymru";
/// The zone of numbers and their names.
const NAMES: &str = "asn.cymru.com";
/// The most origins that are kept.
const ORIGINS: usize = 8;
/// Seconds for which an answer counts as fresh: routes are told a few times a day.
const KEPT: u32 = 12 * 3600;

/// The provider.
pub(crate) struct Routes {
    resolver: Arc<Resolver>,
    timeout: Duration,
}

impl Routes {
    /// A provider that asks through `resolver`.
    pub(crate) fn new(resolver: Arc<Resolver>, timeout: Duration) -> Self {
        Self { resolver, timeout }
    }
}

impl Provider for Routes {
    fn id(&self) -> &'static str {
        ID
    }

    fn reach(&self) -> Reach {
        Reach::ThirdParty
    }

    fn answers(&self, key: &Key) -> bool {
        matches!(key, Key::Announced(_))
    }

    fn receiver(&self, _: &Key) -> String {
        format!("{NAMES} via {}", self.resolver.receiver())
    }

    fn plan(&self, key: &Key) -> Vec<Query> {
        let Key::Announced(address) = key else { return Vec::new() };
        if self.without_asking(key).is_some() {
            return Vec::new();
        }
        let asks = [format!("TXT {}.", origin(*address)), noted(&format!("TXT AS….{NAMES}."), notes::OF_WHAT_COMES)];
        asks.into_iter().map(|asks| Query { receiver: self.receiver(key), asks }).collect()
    }

    fn pace(&self) -> Pace {
        let timeout = self.timeout.saturating_mul(2) + Duration::from_secs(1);
        Pace { per_minute: Some(300), timeout: Some(timeout), tries: 2, ..Pace::default() }
    }

    fn without_asking(&self, key: &Key) -> Option<Fact> {
        use crate::facts::phrases::reserved::{DOCUMENTATION, DOCUMENTATION_V6, DOCUMENTATION_V6_NEW};
        let Key::Announced(address) = key else { return None };
        let examples = [DOCUMENTATION.en, DOCUMENTATION_V6.en, DOCUMENTATION_V6_NEW.en];
        let inside = reserved::reserved(*address).is_some_and(|what| !examples.contains(&what.en));
        inside.then(|| Fact { state: failed(registry::NOBODYS_ADDRESS), ..Fact::default() })
    }

    fn run(&self, key: &Key, _: Permit) -> Work {
        let (resolver, key) = (Arc::clone(&self.resolver), key.clone());
        Box::pin(async move {
            match key {
                Key::Announced(address) => ask(&resolver, address).await,
                _ => Outcome::default(),
            }
        })
    }
}

fn failed(why: Words) -> State {
    State::Failed(why.en.to_owned())
}

/// The name at which an address stands, without the last dot.
fn origin(address: IpAddr) -> String {
    let zone = if address.to_canonical().is_ipv4() { "origin" } else { "origin6" };
    format!("{}.{zone}.{NAMES}", reversed(address))
}

/// The texts at a name, with their lifetime; empty where there is none.
async fn texts(resolver: &Resolver, name: &str) -> Result<(Vec<String>, Option<u32>), Outcome> {
    let name = absolute(name).map_err(|why| Outcome::new(failed(why), None))?;
    match resolver.ask(name.clone(), RecordType::TXT).await {
        Ok(Found { records, ttl, .. }) => Ok((read::texts(&name, &records).list, ttl)),
        Err(Nothing::Absent { ttl, .. }) => Ok((Vec::new(), ttl)),
        Err(Nothing::Failed(why, again)) => Err(Outcome { again, ..Outcome::new(failed(why), None) }),
    }
}

async fn ask(resolver: &Resolver, address: IpAddr) -> Outcome {
    let (lines, ttl) = match texts(resolver, &origin(address)).await {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    if lines.is_empty() {
        return Outcome::new(State::Absent, ttl);
    }
    let Some(mut announced) = announcement(address, &lines) else {
        return Outcome::new(failed(reason::MALFORMED), None);
    };
    if let Some(system) = announced.systems.first() {
        // Without its name the number still says whose it is.
        let lines = texts(resolver, &format!("AS{system}.{NAMES}")).await.map(|(lines, _)| lines).unwrap_or_default();
        announced.name = lines.iter().find_map(|line| name(*system, line));
    }
    Outcome::new(State::Value(Answer::Announced(announced)), Some(ttl.unwrap_or(KEPT).max(KEPT)))
}

/// The narrowest announcement that holds the address, with all its origins.
fn announcement(address: IpAddr, lines: &[String]) -> Option<Announced> {
    let address = address.to_canonical();
    let read: Vec<(u8, Announced)> = lines.iter().filter_map(|line| one(address, line)).collect();
    let narrowest = read.iter().map(|(bits, _)| *bits).max()?;
    let mut best: Option<Announced> = None;
    for (_, found) in read.into_iter().filter(|(bits, _)| *bits == narrowest) {
        match &mut best {
            None => best = Some(found),
            Some(best) => best.systems.extend(found.systems),
        }
    }
    let mut best = best?;
    let mut seen = std::collections::HashSet::new();
    best.systems.retain(|system| seen.insert(*system));
    best.systems.truncate(ORIGINS);
    Some(best)
}

/// One line, with the length of its prefix.
fn one(address: IpAddr, line: &str) -> Option<(u8, Announced)> {
    let mut parts = line.split('|').map(str::trim);
    let systems: Vec<u32> =
        parts.next()?.split_ascii_whitespace().take(ORIGINS).map(str::parse).collect::<Result<_, _>>().ok()?;
    let written = parts.next().filter(|text| text.len() <= 43)?;
    let prefix = Prefix::parse(written).filter(|prefix| prefix.holds(address))?;
    if systems.is_empty() {
        return None;
    }
    let mut short = |fits: fn(&str) -> bool| parts.next().filter(|text| fits(text)).map(ToOwned::to_owned);
    let country = short(|text| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()));
    let registry = short(|text| {
        (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    let allocated = short(|text| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    let prefix_text = Some(written.to_owned());
    Some((prefix.length(), Announced { systems, prefix: prefix_text, country, registry, allocated, name: None }))
}

/// The name in a line about a system: what stands behind the fourth bar.
fn name(system: u32, line: &str) -> Option<String> {
    let mut parts = line.splitn(5, '|').map(str::trim);
    let own = parts.next()?.parse::<u32>().is_ok_and(|number| number == system);
    parts.nth(3).filter(|text| own && !text.is_empty()).map(clip)
}

#[cfg(test)]
mod tests {
    use super::super::test_dns::TestDns;
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn read(one: &str, lines: &[&str]) -> Option<Announced> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        announcement(address(one), &lines)
    }

    #[test]
    fn the_narrowest_prefix_and_all_its_origins_are_kept() {
        let lines = [
            "64500 | 192.0.0.0/16 | US | arin | 1999-01-01",
            "64496 64497 | 192.0.2.0/24 | JP | apnic | 2001-02-03",
            "64498 | 192.0.2.0/24 | JP | apnic | 2001-02-03",
            "64499 | 198.51.100.0/25 | US | arin | 1999-01-01",
        ];
        let found = read("192.0.2.7", &lines).unwrap();
        assert_eq!((found.systems, found.prefix.as_deref()), (vec![64_496, 64_497, 64_498], Some("192.0.2.0/24")));
        assert_eq!((found.country.as_deref(), found.registry.as_deref()), (Some("JP"), Some("apnic")));
        assert_eq!(found.allocated.as_deref(), Some("2001-02-03"));
        let bare = read("2001:db8::7", &["64496 | 2001:db8::/32 |  |  |"]).unwrap();
        assert_eq!((bare.country, bare.registry, bare.allocated), (None, None, None));
    }

    #[test]
    fn what_is_no_such_line_is_left_out() {
        for line in [
            "",
            "|||||",
            "64496",
            "64496 | 192.0.2.0/24x | US",
            "64496 | 198.51.100.0/24 | US | arin | 2001-01-01",
            "4294967296 | 192.0.2.0/24 | US | arin | 2001-01-01",
            "-1 | 192.0.2.0/24 | US | arin | 2001-01-01",
            " | 192.0.2.0/24 | US | arin | 2001-01-01",
            "you are pwned | 192.0.2.0/24",
        ] {
            assert_eq!(read("192.0.2.7", &[line]), None, "{line}");
        }
        let odd = "64496 | 192.0.2.0/24 | \\027[2J | <script>alert(1)</script> | tomorrow";
        let found = read("192.0.2.7", &[odd]).unwrap();
        assert_eq!((found.country, found.registry, found.allocated), (None, None, None));
        let crowd: Vec<String> = (1..3_000).map(|n| n.to_string()).collect();
        let crowd = format!("{} | 192.0.2.0/24 | US", crowd.join(" "));
        assert_eq!(read("192.0.2.7", &[&crowd]).unwrap().systems.len(), ORIGINS);
        let long = "x".repeat(4_000);
        assert_eq!(name(64_496, "64497 | US | arin | 2001-01-01 | OTHER"), None);
        assert_eq!(name(64_496, "64496 | US | arin |  | A | B").as_deref(), Some("A | B"));
        assert!(name(64_496, &format!("64496 | US | arin |  | {long}")).unwrap().len() < 300);
    }

    #[tokio::test]
    async fn an_address_leads_to_its_announcement_and_the_name_of_its_first_origin() {
        let zone = "7.2.0.192.origin TXT \"64496 64497 | 192.0.2.0/24 | US | arin | 2001-01-01\"\n\
             7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.origin6 TXT \"64498 | 2001:db8::/32 | JP | apnic | 2011-01-01\"\n\
             9.2.0.192.origin TXT \"no route today\"\n\
             AS64496 TXT \"64496 | US | arin | 2001-01-01 | EXAMPLE-NET - Example Ltd, US\"\n";
        let server = TestDns::start(&[("asn.cymru.com.", zone)]).await;
        let timeout = Duration::from_secs(10);
        let routes = Routes::new(Arc::new(Resolver::new(server.servers(), timeout)), timeout);
        let run = |text: &str| {
            let key = Key::Announced(address(text));
            assert!(routes.answers(&key));
            let permit = Permit::new(&key, Reach::ThirdParty, Reach::ThirdParty).unwrap();
            routes.run(&key, permit)
        };
        let State::Value(Answer::Announced(found)) = run("192.0.2.7").await.state else { panic!() };
        assert_eq!(
            (found.systems, found.name.as_deref()),
            (vec![64_496, 64_497], Some("EXAMPLE-NET - Example Ltd, US"))
        );
        assert_eq!(server.asked(0), ["TXT 7.2.0.192.origin.asn.cymru.com.", "TXT as64496.asn.cymru.com."]);
        let State::Value(Answer::Announced(found)) = run("2001:db8::7").await.state else { panic!() };
        assert_eq!((found.systems, found.name), (vec![64_498], None));
        assert_eq!(run("192.0.2.8").await.state, State::Absent);
        assert_eq!(run("192.0.2.9").await.state, failed(reason::MALFORMED));
        let planned: Vec<String> =
            routes.plan(&Key::Announced(address("192.0.2.7"))).into_iter().map(|one| one.asks).collect();
        assert_eq!(planned, ["TXT 7.2.0.192.origin.asn.cymru.com.", "TXT AS….asn.cymru.com. (of what comes back)"]);
        assert!(routes.without_asking(&Key::Announced(address("10.0.0.1"))).is_some());
        assert_eq!(routes.plan(&Key::Announced(address("10.0.0.1"))), []);
    }
}
