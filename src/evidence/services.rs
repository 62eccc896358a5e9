//! Known mail services: who sends for others, so that a Return-Path or a delivering machine in another organization than
//! From is nothing strange. Domains of Return-Path, DKIM `d=`, HELO and reverse names, collected by hand from their
//! public sender documentation.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::Domain;

/// Name to show and the domains that are the service's.
const SERVICES: &[(&str, &[&str])] = &[
    ("Amazon SES", &["amazonses.com"]),
    ("SendGrid", &["sendgrid.net", "sendgrid.com", "sendgrid.me"]),
    ("Mailchimp", &["mcsv.net", "mcdlv.net", "rsgsv.net", "mailchimp.com", "mailchimpapp.net", "mcsignup.com"]),
    ("Mandrill", &["mandrillapp.com"]),
    ("Mailgun", &["mailgun.org", "mailgun.net", "mailgun.info"]),
    (
        "SparkPost",
        &["sparkpostmail.com", "sparkpostmail1.com", "e.sparkpost.com", "sparkpost.com", "mta.sparkpostmail.com"],
    ),
    ("Postmark", &["pm.mtasv.net", "mtasv.net", "postmarkapp.com"]),
    (
        "Salesforce Marketing Cloud",
        &[
            "exacttarget.com",
            "s10.exacttarget.com",
            "et.exacttarget.com",
            "mta.salesforce.com",
            "salesforce.com",
            "exct.net",
        ],
    ),
    ("Pardot", &["pardot.com"]),
    ("HubSpot", &["hubspotemail.net", "hubspot.com", "hs-send.com", "hubspotstarter.net"]),
    ("Zendesk", &["zendesk.com"]),
    ("Freshdesk", &["freshdesk.com", "freshemail.io"]),
    ("Intercom", &["intercom-mail.com", "intercom.io"]),
    ("Google Groups", &["googlegroups.com"]),
    ("Google", &["google.com", "googlemail.com"]),
    ("Microsoft 365", &["protection.outlook.com", "prod.outlook.com", "outlook.com", "onmicrosoft.com"]),
    ("Klaviyo", &["klaviyomail.com", "klaviyo.com", "kmail-lists.com"]),
    (
        "Brevo",
        &[
            "sendinblue.com",
            "brevo.com",
            "sendibm1.com",
            "sendibm2.com",
            "sendibm3.com",
            "sendibt2.com",
            "brevosend.com",
            "mailin.fr",
        ],
    ),
    ("Mailjet", &["mailjet.com", "mjt.lu"]),
    ("Benchmark Email", &["bmsend.com", "benchmarkemail.com", "bmetrack.com"]),
    ("Constant Contact", &["constantcontact.com", "ctctmail.com", "confirmedcc.com"]),
    ("Campaign Monitor", &["createsend.com", "cmail19.com", "cmail20.com", "createsend1.com"]),
    ("ActiveCampaign", &["activecampaign.com", "acems1.com", "acems2.com", "emsend1.com", "emsend2.com"]),
    ("Braze", &["braze.com", "appboy.com"]),
    ("Iterable", &["iterable.com"]),
    ("Customer.io", &["customeriomail.com", "customer.io"]),
    ("Oracle Responsys", &["responsys.net", "rsys5.com", "rsys2.com"]),
    ("Oracle Eloqua", &["eloqua.com", "en25.com"]),
    ("Adobe Campaign", &["neolane.net", "adobe-campaign.com", "campaign.adobe.com", "mktomail.com", "marketo.org"]),
    ("Acoustic", &["mkt4.net", "pmx.mkt4.net", "silverpop.com"]),
    ("Epsilon", &["bigfootinteractive.com", "epsl1.com"]),
    ("Emarsys", &["emarsys.net", "emsmtp.com"]),
    ("Dotdigital", &["dotmailer.com", "dotdigital-email.com"]),
    ("MailerLite", &["mailerlite.com", "mlsend.com", "mlsend2.com"]),
    ("GetResponse", &["getresponse.com", "getresponse-mail.com", "gr8.com"]),
    ("AWeber", &["aweber.com"]),
    ("ConvertKit", &["convertkit-mail.com", "convertkit-mail2.com"]),
    ("Substack", &["substack.com"]),
    ("SMTP2GO", &["smtp2go.com", "smtpcorp.com"]),
    ("Elastic Email", &["elasticemail.com", "elasticemail.net"]),
    ("SocketLabs", &["socketlabs.com", "socketlabs-od.com"]),
    ("Zoho", &["zoho.com", "zohomail.com", "zcsend.net", "maillist-manage.com"]),
    ("Shopify", &["shopifyemail.com", "shopify.com"]),
    ("Atlassian", &["atlassian.net", "bitbucket.org"]),
    ("GitHub", &["github.com"]),
    ("Listrak", &["listrak.com", "listrakbi.com"]),
    ("Cheetah Digital", &["cheetahmail.com", "chtah.net", "eccluster.com"]),
    ("Mimecast", &["mimecast.com", "mimecast.co.za"]),
    ("Proofpoint", &["pphosted.com", "ppe-hosted.com"]),
    ("Cuenote", &["cuenote.jp", "cuenote.com", "m-1.cuenote.jp"]),
    ("Blastmail", &["bme.jp", "blastmail.jp", "bm-mail.jp", "blayn.jp"]),
    ("Haihaimail", &["hm-f.jp", "lmes.jp"]),
    ("WiLL Mail", &["willap.jp", "will-mail.jp"]),
    ("arara", &["am.arara.com", "arara.com", "repica.jp"]),
    ("Customers Mail Cloud", &["smtps.jp", "sandbox.smtps.jp", "hde.ne.jp", "hennge.com"]),
    ("Synergy!", &["crmstyle.com", "synergy360.jp"]),
    ("Mail Publisher", &["mailpublisher.jp", "emberpoint.com", "mpse.jp"]),
    ("Magumagu", &["mag2.com"]),
    ("Asumeru", &["asumeru.com", "asumeru-mail.com"]),
    ("Orange Mail", &["orange-mail.biz", "orange-cloud7.net"]),
    ("sendmail.jp", &["sendmail.jp"]),
    ("Sakura mail relay", &["sakura.ne.jp"]),
    ("Lolipop", &["lolipop.jp"]),
    ("Peatix", &["peatix.com"]),
    ("Connpass", &["connpass.com"]),
];

/// No domain of the list has more labels.
const LABELS: usize = 4;

/// Domains with the place of their service in the list.
static PLACES: LazyLock<HashMap<&'static str, usize, FixedState>> = LazyLock::new(|| {
    let mut places = HashMap::default();
    for (place, (_, domains)) in SERVICES.iter().enumerate() {
        for domain in *domains {
            places.entry(*domain).or_insert(place);
        }
    }
    places
});

/// The known mail service that a domain belongs to.
#[must_use]
pub fn service(domain: &Domain) -> Option<&'static str> {
    if domain.host.is_empty() {
        return None;
    }
    let host = domain.host.as_str();
    let ends = memchr::memrchr_iter(b'.', host.as_bytes()).take(LABELS).filter_map(|dot| host.get(dot + 1..));
    // Of services that share a name the first of the list has it.
    let first = ends.chain([host]).filter_map(|name| PLACES.get(name)).min()?;
    SERVICES.get(*first).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_their_domains_and_not_by_lookalikes() {
        assert_eq!(service(&Domain::of("a1-2.smtp-out.amazonses.com")), Some("Amazon SES"));
        assert_eq!(service(&Domain::of("notamazonses.com")), None);
        assert_eq!(service(&Domain::of("amazonses.com.evil.example")), None);
        assert_eq!(service(&Domain::of("")), None);
        let deep = format!("{}amazonses.com", "a.".repeat(100));
        assert_eq!(service(&Domain { host: deep, ..Domain::default() }), Some("Amazon SES"));
    }

    #[test]
    fn every_domain_of_the_list_is_found_with_the_first_service_that_has_it() {
        for (name, domains) in SERVICES {
            for domain in *domains {
                assert!(domain.matches('.').count() < LABELS, "{domain}");
                let first = SERVICES.iter().find(|(_, all)| all.iter().any(|own| Domain::of(domain).is_below(own)));
                assert_eq!(service(&Domain::of(domain)), first.map(|(name, _)| *name), "{name}: {domain}");
            }
        }
    }
}
