//! Which keys mean what: for each field the keys of all registries, those that tell it best first. `a/b` is the key `b`
//! below the heading `a`. All in lower case, as [`super::lines`] makes them.

/// What was registered.
pub(super) const HANDLE: &[&str] = &["domain name", "domain", "domainname", "nom de domaine", "complete domain name"];
/// What was registered, where it is a block of addresses or a number.
pub(super) const BLOCK: &[&str] =
    &["inetnum", "inet6num", "netrange", "network number", "aut-num", "asnumber", "as number", "ip address block"];
/// Prefixes of a block, where they are given beside its range.
pub(super) const PREFIX: &[&str] = &["cidr"];
/// Name of a block or number.
pub(super) const NAME: &[&str] = &["netname", "network name", "as-name", "asname", "as name"];
/// Who sold it.
pub(super) const REGISTRAR: &[&str] = &[
    "registrar",
    "registrar name",
    "sponsoring registrar",
    "registrar/name",
    "registrar/organization",
    "registrar/organisation",
    "registrar organization",
    "registrar/registrar",
    "authorized agency",
];
/// Whose it is.
pub(super) const REGISTRANT: &[&str] = &[
    "registrant organization",
    "registrant organisation",
    "registrant/organization",
    "registrant/organisation",
    "organization",
    "organisation",
    "org",
    "registrant",
    "registrant name",
    "registrant/name",
    "holder",
    "holder/name",
    "owner",
    "owner name",
    "domain holder",
    "domain owner",
    "registrant contact name",
    "company name",
    "first name",
];
/// Whose a block or number is.
pub(super) const OWNER: &[&str] =
    &["org-name", "orgname", "custname", "owner", "organization name", "organization", "organisation", "descr"];
/// Where he is.
pub(super) const COUNTRY: &[&str] = &[
    "registrant country",
    "registrant country/economy",
    "registrant country code",
    "registrant/country",
    "registrant/countrycode",
    "registrant/country code",
    "holder/country",
    "owner-c/country",
    "country",
    "country code",
];
/// Since when it has been registered.
pub(super) const CREATED: &[&str] = &[
    "creation date",
    "created date",
    "created on",
    "created",
    "registered on",
    "registered date",
    "registration date",
    "registration time",
    "domain registration date",
    "domain create date",
    "domain name commencement date",
    "domain record activated",
    "record created",
    "registered",
    "connected date",
    "assigned date",
    "regdate",
    "activated",
    "entry created",
    "created at",
    "first registration date",
    "登録年月日",
];
/// When it was changed last.
pub(super) const CHANGED: &[&str] = &[
    "updated date",
    "last updated date",
    "last updated on",
    "last updated",
    "last update",
    "last-update",
    "last-updated",
    "last modified",
    "last-modified",
    "domain record last updated",
    "domain last updated date",
    "record last updated on",
    "modified",
    "modification date",
    "changed",
    "updated",
    "update date",
    "last_update",
    "entry updated",
    "最終更新",
];
/// When it ends.
pub(super) const EXPIRES: &[&str] = &[
    "registry expiry date",
    "registrar registration expiration date",
    "expiry date",
    "expiration date",
    "expire date",
    "expire-date",
    "expires on",
    "expires",
    "expire",
    "expiration time",
    "domain expires",
    "domain expiration date",
    "paid-till",
    "renewal date",
    "renewal",
    "valid until",
    "validity",
    "record expires on",
    "valid-date",
    "exp date",
    "有効期限",
];
/// Name servers.
pub(super) const SERVERS: &[&str] = &[
    "name server",
    "name servers",
    "nameserver",
    "nameservers",
    "nserver",
    "domain nameservers",
    "domain servers",
    "domain servers in listed order",
    "name servers information",
    "primary name server/host name",
    "secondary name server/host name",
    "host name",
    "hostname",
    "dns servers",
    "name servers/dns",
    "dns",
    "primary server",
    "secondary server",
    "name server 1",
    "name server 2",
    "ns 1",
    "ns 2",
];
/// How it stands.
pub(super) const STATUS: &[&str] = &["domain status", "status", "state", "registration status", "eppstatus", "状態"];
/// Where to complain.
pub(super) const ABUSE: &[&str] = &[
    "registrar abuse contact email",
    "registrar abuse contact phone",
    "abuse contact email",
    "abuse contact phone",
    "abuse contact",
    "abuse-mailbox",
    "orgabuseemail",
    "orgabusephone",
    "abuse email",
    "abuse phone",
    "abuse",
    "registrar/abuse contact email",
];
/// The delegation is signed.
pub(super) const SIGNED: &[&str] = &["dnssec", "signing key", "ds-rdata", "ds record", "dnssec signed", "signed"];
/// Who knows more: another registry.
pub(super) const REFERRAL: &[&str] = &["refer", "referralserver", "whois"];
/// Who knows more: the registrar.
pub(super) const REGISTRARS_SERVER: &[&str] = &["registrar whois server", "whois server", "registrar whois"];

/// An answer that there is no such registration, in lower case.
pub(super) const ABSENT: &[&str] = &[
    "no match",
    "not found",
    "no entries found",
    "no data found",
    "no data was found",
    "object_not_found",
    "no object found",
    "nothing found",
    "no such domain",
    "not registered",
    "not been registered",
    "is available for",
    "status: available",
    "status: free",
    "is free",
    "object does not exist",
    "does not exist in database",
    "domain unknown",
    "no information available about domain name",
    "is not registered",
    "above domain name is not registered",
];
/// An answer that the server is asked too often, in lower case.
pub(super) const WAIT: &[&str] = &[
    "quota exceeded",
    "limit exceeded",
    "exceeded the maximum",
    "exceeded your",
    "exceeded allowed",
    "exceeded the query limit",
    "too many requests",
    "too many queries",
    "too many connections",
    "excessive querying",
    "excessive request",
    "rate limit",
    "try again later",
    "try again after",
    "please wait",
    "please slow down",
    "request limit",
    "number of queries",
    "maximum daily",
];
/// An answer that it does not want to answer, in lower case.
pub(super) const REFUSED: &[&str] = &[
    "access denied",
    "access to this service",
    "has been blocked",
    "is blocked",
    "been banned",
    "blacklisted",
    "not authorized",
    "not authorised",
    "permission denied",
    "web-based whois",
    "whois service is not available",
];
