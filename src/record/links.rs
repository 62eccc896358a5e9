//! Where the mail leads: links and hosts.

use super::declare::{Word, shape};
use super::{LIST, Subject, address, bytes, long, number, optional, short};
use crate::evidence::{self, HostClass, LinkKind, Role, StepKind, UrlTrait};

shape! {
    /// A wrapper that was undone.
    Step<'a> {
        /// The service's name.
        wrapper: &'a str,
        /// Who put it there.
        kind: Word<StepKind>,
        /// Where it leads.
        url: &'a str,
        /// The host that it leads to.
        host: &'a str,
        /// The whole address is known; else only its host is true.
        whole: bool,
    }
}

shape! {
    /// A link; equal targets of the same kind and text are one.
    Link<'a> {
        /// As written in the mail.
        raw: &'a str,
        /// As a browser would write it; empty where it would refuse it. Live: defanged URLs are in `indicators`.
        url: &'a str,
        /// `https` ...
        scheme: &'a str,
        /// What stands before an `@` in front of the host.
        user_info: &'a str,
        /// The host, lower case, in its ASCII form.
        host: &'a str,
        /// The registrable domain of the host.
        domain: &'a str,
        /// The host is below a suffix under which anyone may have a name (`github.io`).
        private_suffix: bool,
        /// The host is this address, however it was written.
        address: String,
        /// Port where it is not the usual one.
        port: Option<i64>,
        /// Path, query and fragment.
        path: &'a str,
        /// Wrappers undone, the outermost first; empty where the link leads where it says.
        steps: Vec<Step<'a>>,
        /// The service that alone knows where the link leads on to; empty where the end is known.
        sealed: &'a str,
        /// Where it leads as far as the mail tells: the last step, else `url`.
        target: &'a str,
        /// The host of the target.
        target_host: &'a str,
        /// Addresses that the target carries in its path or query.
        carried: Vec<&'a str>,
        /// What is odd about the address as written.
        traits: Vec<Word<&'a UrlTrait>>,
        /// What the target's host is.
        classes: Vec<Word<&'a HostClass>>,
        /// Id of the brand whose own domain the host is.
        brand: &'a str,
        /// What a reader sees on it.
        text: &'a str,
        /// The host that this text names.
        text_host: &'a str,
        /// The registrable domain that this text names.
        text_domain: &'a str,
        /// Where it stands.
        kind: Word<LinkKind>,
        /// Index of the MIME part that it stands in; null for a header field.
        part: Option<i64>,
        /// Only programs see it that read the mail in another way.
        other_reading: bool,
        /// How often it stands there.
        count: i64,
        /// Its bytes, or those of its part where that is encoded.
        span: [i64; 2],
    }
}

shape! {
    /// A host or an address that matters.
    Host<'a> {
        /// Its name; for a bare address the address.
        host: &'a str,
        /// Its registrable domain.
        domain: &'a str,
        /// The address, where the mail itself says it.
        address: String,
        /// The parts that it plays.
        roles: Vec<Word<Role>>,
    }
}

fn brand(classes: &[HostClass]) -> &'static str {
    let id = |class: &HostClass| match class {
        HostClass::Brand(id) => Some(*id),
        _ => None,
    };
    classes.iter().find_map(id).unwrap_or_default()
}

fn step(step: &evidence::Step) -> Step<'_> {
    Step {
        wrapper: step.wrapper,
        kind: Word(step.kind),
        url: long(&step.url.normal),
        host: long(&step.url.domain.host),
        whole: step.whole,
    }
}

pub(super) fn links<'a>(subject: &Subject<'a>) -> Vec<Link<'a>> {
    let parts = &subject.message.parts;
    let link = |link: &'a evidence::Link| {
        let url = link.url.as_ref();
        let text = |get: fn(&'a evidence::UrlParts) -> &'a str| url.map_or("", |url| long(get(url)));
        Link {
            raw: long(&link.raw),
            url: text(|url| &url.normal),
            scheme: text(|url| &url.scheme),
            user_info: text(|url| url.user_info.as_deref().unwrap_or_default()),
            host: text(|url| &url.domain.host),
            domain: text(|url| url.domain.registrable.as_deref().unwrap_or_default()),
            private_suffix: url.is_some_and(|url| url.domain.private_suffix),
            address: address(url.and_then(|url| url.address)),
            port: url.and_then(|url| url.port).map(i64::from),
            path: text(|url| &url.path),
            steps: link.steps.iter().map(step).collect(),
            sealed: link.sealed.map_or("", |(name, _)| name),
            target: link.target().map_or("", |url| long(&url.normal)),
            target_host: link.target().map_or("", |url| long(&url.domain.host)),
            carried: link.carried.iter().map(|url| long(&url.normal)).collect(),
            traits: link.traits.iter().map(Word).collect(),
            classes: link.classes.iter().map(Word).collect(),
            brand: brand(&link.classes),
            text: optional(link.text.as_ref()),
            text_host: link.text_host.as_ref().map_or("", |domain| short(&domain.host)),
            text_domain: link.text_host.as_ref().map_or("", |domain| optional(domain.registrable.as_ref())),
            kind: Word(link.kind),
            part: link.part.map(number),
            other_reading: link.part.and_then(|at| parts.get(at)).is_some_and(|part| part.other.is_some()),
            count: link.count.into(),
            span: bytes(link.span),
        }
    };
    subject.evidence.links.iter().take(LIST).map(link).collect()
}

pub(super) fn hosts<'a>(subject: &Subject<'a>) -> Vec<Host<'a>> {
    let host = |host: &'a evidence::Host| Host {
        host: short(&host.domain.host),
        domain: optional(host.domain.registrable.as_ref()),
        address: address(host.address),
        roles: host.roles.iter().map(|role| Word(*role)).collect(),
    };
    subject.evidence.hosts.iter().take(LIST).map(host).collect()
}
