//! What several rules ask before they speak: who the mail is from, which differences are innocent, which links count.
//!
//! An identity check alone proves little (see the base rates in each rule's references); these gates keep a rule from
//! calling a mailing list or a mail service a forger. Nothing here is a rule.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::LazyLock;

use foldhash::fast::{FixedState, RandomState};

use super::{Seen, brand, lexicon};
use crate::evidence::{
    Address, AuthClaim, AuthResult, Brand, Domain, Evidence, Excuse, Hop, HostClass, Link, LinkKind, RESOURCES,
    UrlParts, UrlTrait,
};
use crate::message::Span;

/// Organizations whose links wrap those of others for every mail that passes them: a gateway put them in, not the sender.
const WRAPPERS: &[&str] = &[
    "barracudanetworks.com",
    "cudasvc.com",
    "cisco.com",
    "iphmx.com",
    "mimecast.com",
    "mimecastprotect.com",
    "outlook.com",
    "proofpoint.com",
    "sophos.com",
    "symantec.com",
    "trendmicro.com",
    "urldefense.com",
    "fireeye.com",
    "googleusercontent.com",
];

/// Hosts that ordinary mail of any sender links to: social networks, app stores, document types, standards bodies.
const EVERYWHERE: &[&str] = &[
    "w3.org",
    "facebook.com",
    "twitter.com",
    "x.com",
    "linkedin.com",
    "instagram.com",
    "youtube.com",
    "pinterest.com",
    "apple.com",
    "google.com",
    "microsoft.com",
    "adobe.com",
    "line.me",
    "tiktok.com",
    "whatsapp.com",
    "mozilla.org",
];

/// Hosts through which mail services count who presses: their customers' pages stand behind them.
const COUNTERS: &[&str] = &[
    "actonsoftware.com",
    "awstrack.me",
    "cmail19.com",
    "cmail20.com",
    "createsend.com",
    "createsend1.com",
    "customeriomail.com",
    "emlnk.com",
    "exacttarget.com",
    "exct.net",
    "hubspotlinks.com",
    "hubspotemail.net",
    "hs-sites.com",
    "intercom-clicks.com",
    "intercom-mail.com",
    "klclick.com",
    "klclick1.com",
    "list-manage.com",
    "mailchimp.com",
    "mailgun.org",
    "mandrillapp.com",
    "mjt.lu",
    "mktoweb.com",
    "pstmrk.it",
    "rs6.net",
    "sendgrid.net",
    "sparkpostmail.com",
];

/// Services on which companies keep pages under their own name as a label of the host.
const LANDLORDS: &[&str] = &[
    "force.com",
    "salesforce.com",
    "site.com",
    "qualtrics.com",
    "medallia.com",
    "zendesk.com",
    "service-now.com",
    "surveymonkey.com",
    "statuspage.io",
    "workday.com",
    "myworkdayjobs.com",
    "greenhouse.io",
    "sharepoint.com",
    "okta.com",
];

/// Two domains belong together as far as names tell: the same registrable domain, the same label under another ending
/// (`example.com`, `example.co.jp`), or two domains of one brand.
pub(super) fn related(one: &Domain, other: &Domain) -> bool {
    let (left, right) = (one.organization(), other.organization());
    if left == right {
        return true;
    }
    let same_label = !one.private_suffix && !other.private_suffix && {
        let left = left.split('.').next().unwrap_or_default();
        left.len() >= 4 && right.split('.').next() == Some(left)
    };
    same_label || brand::owner(other).is_some() && brand::owner(one).is_some_and(|brand| brand::owns(brand, other))
}

/// [`related`] to the From domain: a link that leads there leads home.
pub(super) fn home(evidence: &Seen<'_>, domain: &Domain) -> bool {
    let from = evidence.from_domain();
    let homes = evidence.home.get_or_init(|| {
        let home = |url: &UrlParts| from.is_some_and(|from| related(from, &url.domain));
        hosts(evidence).map(|(_, url)| (url.domain.host.as_str(), home(url))).collect()
    });
    match homes.get(domain.host.as_str()) {
        Some(home) => *home,
        None => from.is_some_and(|from| related(from, domain)),
    }
}

/// The brand that owns the From domain.
pub(super) fn owner(evidence: &Seen<'_>) -> Option<&'static Brand> {
    *evidence.owner.get_or_init(|| evidence.from_domain().and_then(brand::owner))
}

/// The brands that the From name names.
pub(super) fn named<'s>(evidence: &'s Seen<'_>) -> &'s [&'static Brand] {
    evidence.named.get_or_init(|| evidence.main_from().map(|from| brand::named(&from.name)).unwrap_or_default())
}

/// The brand whose own domain stands in From, where nothing on the recipient's side speaks against it: either the checks
/// proved the domain, or there is no word of a check. Anyone can type a From, so this excuses only what leads to the
/// brand itself, where a forger gains nothing.
pub(super) fn brands_own(evidence: &Seen<'_>) -> Option<&'static Brand> {
    let from = evidence.evidence().from_domain()?;
    if free_mail(from) || from.private_suffix {
        return None;
    }
    let doubted = !aligned(evidence) && evidence.auth.iter().any(|claim| claim.inside);
    owner(evidence).filter(|_| !doubted)
}

/// The link leads to the sender, as far as that is worth anything: to the proved domain or through the counter of its
/// mail service, or to the brand whose domain stands in From.
pub(super) fn leads_home(evidence: &Seen<'_>, target: &Domain) -> bool {
    let Some(from) = evidence.from_domain() else { return false };
    if aligned(evidence) && !free_mail(from) {
        return home(evidence, target) || counts(target) || official(from) && official(target);
    }
    brands_own(evidence).is_some_and(|brand| brand::owns(brand, target) || home(evidence, target))
}

/// An office of a state, below an ending that is given to offices only.
fn official(domain: &Domain) -> bool {
    const ENDINGS: &[&str] = &[".gov", ".gov.uk", ".go.jp", ".lg.jp", ".gouv.fr", ".gov.au", ".gc.ca", ".europa.eu"];
    ENDINGS.iter().any(|ending| domain.host.ends_with(ending))
}

/// See [`super::everyday`].
pub(super) fn everyday(domain: &Domain) -> bool {
    EVERYWHERE.contains(&domain.organization())
        || free_mail(domain)
        || wraps(domain)
        || counts(domain)
        || resource(domain)
        || rents_out(domain)
}

/// A mail service's counter.
pub(super) fn counts(domain: &Domain) -> bool {
    COUNTERS.contains(&domain.registrable.as_deref().unwrap_or_default())
}

/// A service on which companies keep pages under their own name.
pub(super) fn rents_out(domain: &Domain) -> bool {
    LANDLORDS.iter().any(|own| domain.is_below(own))
}

/// A host of fonts or scripts, which is no page to open.
pub(super) fn resource(domain: &Domain) -> bool {
    RESOURCES.contains(&&*domain.host)
}

/// The start of a text, at most that many bytes of it.
pub(super) fn top(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

/// The subject and the readable parts.
pub(super) fn everything(evidence: &Seen<'_>) -> Vec<Span> {
    std::iter::once(evidence.shape.subject)
        .chain(evidence.shape.text.iter().copied())
        .filter(|span| *span != Span::default())
        .collect()
}

/// Where the From that the list shows stands.
pub(super) fn from_span(evidence: &Evidence) -> Vec<Span> {
    evidence.main_from().map(|from| vec![from.span]).unwrap_or_default()
}

/// A DKIM or DMARC pass for the From organization, written on the recipient's side or recomputed.
pub(super) fn aligned(evidence: &Seen<'_>) -> bool {
    *evidence.aligned.get_or_init(|| {
        aligned_claim(evidence).is_some()
            || evidence.proof().dmarc.as_ref().is_some_and(|dmarc| dmarc.by.is_some())
            || evidence.excuses.iter().any(|excuse| matches!(excuse, Excuse::AlignedAuthentication(_)))
    })
}

/// The claim behind [`aligned`].
pub(super) fn aligned_claim(evidence: &Evidence) -> Option<&AuthClaim> {
    crate::evidence::aligned_claim(&evidence.auth)
}

/// The mail came over a mailing list, as its fields say and as it is addressed. A post in the name of a brand that it is
/// not from finds no excuse in the list: fraud goes over open lists as well.
pub(super) fn listed(evidence: &Seen<'_>) -> bool {
    *evidence.listed.get_or_init(|| {
        over_list(evidence)
            && borrowed(evidence).is_none()
            && brand_on_list(evidence).is_none()
            && !(failed(evidence, "dmarc") && owner(evidence).is_some())
    })
}

/// The recipient's side found that a method failed.
fn failed(evidence: &Evidence, method: &str) -> bool {
    evidence.auth.iter().any(|claim| claim.inside && claim.method == method && claim.result == AuthResult::Fail)
}

/// The domain of the list, as its fields say.
fn list(evidence: &Evidence) -> Option<Domain> {
    let id = evidence.excuses.iter().find_map(|excuse| match excuse {
        Excuse::List(id) => Some(id.rsplit_once('@').map_or(id.as_str(), |(_, host)| host)),
        _ => None,
    });
    id.map(Domain::of)
}

/// The domain is in the organization of the list over which the mail came.
pub(super) fn of_list(evidence: &Seen<'_>, domain: &Domain) -> bool {
    list(evidence).is_some_and(|list| list.organization() == domain.organization())
}

/// The marks of a mailing list are there, and the mail is addressed to that list or its bounces go there: a newsletter or
/// a forger with a List-Id of his own is no list.
pub(super) fn over_list(evidence: &Seen<'_>) -> bool {
    *evidence.over_list.get_or_init(|| {
        let Some(list) = list(evidence) else { return false };
        let of_list = |domain: &Domain| domain.organization() == list.organization();
        let addressed = evidence.recipients.iter().take(100).filter_map(|own| own.domain.as_ref()).any(of_list);
        let bounces = evidence.triad.return_path.as_ref().and_then(|path| path.domain.as_ref()).is_some_and(of_list);
        let marked = addressed || bounces && !evidence.from_domain().is_some_and(of_list);
        // Fields are quickly typed. Where the recipient's side checked who delivers, or the list's own signature, the list has
        // to have passed; that the author's signature broke on the way says nothing against it.
        let checked = evidence.auth.iter().any(|claim| {
            let lists_own = claim.method == "dkim" && claim.domain.as_ref().is_some_and(of_list);
            claim.inside && (claim.method == "spf" || lists_own)
        });
        let proved = evidence.auth.iter().any(|claim| {
            claim.inside
                && claim.result == AuthResult::Pass
                && matches!(&*claim.method, "spf" | "dkim")
                && claim.domain.as_ref().is_some_and(of_list)
        });
        marked && (!checked || proved)
    })
}

/// The brand in whose name somebody posts over an open list about the reader's account: brands write to their customers.
pub(super) fn brand_on_list(evidence: &Seen<'_>) -> Option<&'static Brand> {
    *evidence.brand_on_list.get_or_init(|| {
        if !over_list(evidence) {
            return None;
        }
        let (name, _) = author(evidence)?;
        let brand = brand::named(name).into_iter().next()?;
        let wording = &evidence.body.wording;
        let pressing = !wording.urgent.is_empty()
            || !wording.credential.is_empty()
            || lexicon::in_subject(lexicon::ACCOUNT_TROUBLE, evidence).is_some();
        pressing.then_some(brand)
    })
}

/// The mail answers another and says so in its subject as well; a field alone is quickly typed. Who passes a mail on does
/// not answer it: what is passed on is judged as if it came by itself.
pub(super) fn answering(evidence: &Seen<'_>) -> bool {
    *evidence.answering.get_or_init(|| {
        evidence.shape.reply.is_some()
            && evidence.shape.reply_mark
            && !evidence.shape.forward_mark
            && !failed(evidence, "dmarc")
            && !failed(evidence, "spf")
    })
}

/// The name and the address of the one who wrote: where list software put the list's own address into From
/// (`Anna via Talk <talk@lists.example>`), the author stands in Reply-To.
pub(super) fn author<'a>(evidence: &Seen<'a>) -> Option<(&'a str, &'a Address)> {
    let from = evidence.evidence().main_from()?;
    let Some((name, _)) = from.name.rsplit_once(" via ").filter(|_| over_list(evidence)) else {
        return Some((&from.name, from));
    };
    evidence.evidence().reply_to.iter().find(|address| address.address != from.address).map(|address| (name, address))
}

/// The brand that the author's name names although the author's domain is not the brand's, with the author.
pub(super) fn borrowed<'a>(evidence: &Seen<'a>) -> Option<(&'static Brand, &'a Address)> {
    *evidence.borrowed.get_or_init(|| {
        let (name, address) = author(evidence)?;
        let domain = address.domain.as_ref()?;
        let own = evidence.main_from().is_some_and(|from| std::ptr::eq(from, address) && from.name == name);
        let found = if own { Vec::new() } else { brand::named(name) };
        let named = if own { named(evidence) } else { found.as_slice() };
        // A brand may speak of another one; at a free mail provider it is the customer who speaks.
        if named.is_empty()
            || named.iter().any(|own| brand::owns(own, domain))
            || brand::owner(domain).is_some() && !free_mail(domain)
        {
            return None;
        }
        // The brand's own label under another ending may be the brand in another country; its own proof tells.
        let abroad = |brand: &Brand| {
            aligned(evidence)
                && brand.domains.iter().any(|own| own.split('.').next() == domain.organization().split('.').next())
        };
        named.iter().copied().find(|brand| !abroad(brand)).map(|brand| (brand, address))
    })
}

/// The mail was forwarded, as its fields say.
pub(super) fn forwarded(evidence: &Seen<'_>) -> bool {
    *evidence.forwarded.get_or_init(|| {
        // The fields of a forwarder are quickly typed: where the recipient's side checked, the forwarder has to have passed.
        let ours = || evidence.auth.iter().filter(|claim| claim.inside);
        let passed = ours().any(|claim| {
            claim.result == AuthResult::Pass && (claim.method == "arc" || claim.method == "spf" && !claim.aligned)
        });
        evidence.excuses.contains(&Excuse::Forwarder) && (passed || ours().next().is_none())
    })
}

/// A known mail service delivered it.
pub(super) fn service(evidence: &Seen<'_>) -> bool {
    *evidence.service.get_or_init(|| evidence.excuses.iter().any(|excuse| matches!(excuse, Excuse::Service(_))))
}

/// The links that a reader can press and that lead to a host, with where they lead once known wrappers are taken off.
/// Addresses that were made harmless are not for pressing. Those of a page come first: it is what readers see, and the plain
/// text in its place is where a forger puts the honest addresses.
pub(super) fn pressable<'a>(evidence: &Seen<'a>) -> impl Iterator<Item = (&'a Link, &'a UrlParts)> + Clone {
    let links = evidence.pressable.get_or_init(|| {
        let links = &evidence.evidence().links;
        let on_page = links.iter().filter(|link| matches!(link.kind, LinkKind::Anchor | LinkKind::Form | LinkKind::Qr));
        on_page
            .chain(links.iter().filter(|link| link.kind == LinkKind::Text))
            .filter(|link| !link.traits.contains(&UrlTrait::Defanged))
            .filter_map(|link| Some((link, link.target()?)))
            .filter(|(_, url)| matches!(&*url.scheme, "http" | "https" | "ftp") && !url.domain.host.is_empty())
            .take(500)
            .collect()
    });
    links.iter().copied()
}

/// The first of [`pressable`] of each host.
pub(super) fn hosts<'a>(evidence: &Seen<'a>) -> impl Iterator<Item = (&'a Link, &'a UrlParts)> + Clone {
    let links = evidence.hosts.get_or_init(|| {
        let mut known: HashSet<&str, RandomState> = HashSet::default();
        pressable(evidence).filter(|(_, url)| known.insert(&url.domain.host)).collect()
    });
    links.iter().copied()
}

/// [`pressable`], without those that ordinary mail of any sender has.
pub(super) fn telling<'a>(evidence: &Seen<'a>) -> impl Iterator<Item = (&'a Link, &'a UrlParts)> + Clone {
    let links = evidence.telling.get_or_init(|| {
        pressable(evidence)
            .filter(|(link, url)| {
                let host = &*url.domain.host;
                let everywhere = EVERYWHERE.contains(&url.domain.organization()) && link.redirector().is_none()
                    || RESOURCES.contains(&host);
                !everywhere && !wraps(&url.domain) && (host.contains('.') || url.address.is_some())
            })
            .collect()
    });
    links.iter().copied()
}

/// A security gateway's host.
pub(super) fn wraps(domain: &Domain) -> bool {
    WRAPPERS.contains(&domain.organization())
}

/// The first link of which `test` holds, among those that a reader can press.
pub(super) fn first_link<'a>(
    evidence: &Seen<'a>,
    test: impl Fn(&Link, &UrlParts) -> bool,
) -> Option<(&'a Link, &'a UrlParts)> {
    pressable(evidence).find(|(link, url)| test(link, url))
}

/// The link's host is in a class.
pub(super) fn is(link: &Link, class: HostClass) -> bool {
    link.classes.contains(&class)
}

/// Some address of the recipients is in the organization of the domain.
pub(super) fn of_recipient(evidence: &Evidence, domain: &Domain) -> bool {
    recipients(evidence).any(|own| own.organization() == domain.organization())
}

/// The domains that the mail is addressed to and that are organizations of their own, not free mail.
pub(super) fn recipients(evidence: &Evidence) -> impl Iterator<Item = &Domain> {
    evidence
        .recipients
        .iter()
        .take(50)
        .filter_map(|address| address.domain.as_ref())
        .filter(|domain| !free_mail(domain))
}

/// The provider gives addresses to anyone.
pub(super) fn free_mail(domain: &Domain) -> bool {
    static LIST: LazyLock<HashSet<&'static str, FixedState>> = LazyLock::new(|| {
        include_str!("../../assets/lists/freemail.txt")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect()
    });
    LIST.contains(&*domain.host) || LIST.contains(domain.organization())
}

/// The address that really delivered, where it is a public one, with its line.
pub(super) fn delivered_by(evidence: &Evidence) -> Option<(IpAddr, &Hop)> {
    let hop = evidence.boundary_hop()?;
    Some((hop.address?, hop))
}

/// The address as a person writes it: `name <address>` or what there is of it.
pub(super) fn written(address: &Address) -> String {
    match (address.name.is_empty(), address.address.is_empty()) {
        (true, _) => address.address.clone(),
        (_, true) => address.name.clone(),
        _ => format!("{} <{}>", address.name, address.address),
    }
}
