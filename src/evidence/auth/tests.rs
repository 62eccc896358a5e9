//! Fields as servers really write them, and forged ones.

use super::super::boundary::boundary;
use super::super::path::hops;
use super::*;

fn read(header: &str) -> Vec<(String, AuthResult, String, bool, bool)> {
    let message = Message::parse(format!("{header}\n\nx").as_bytes());
    let hops = hops(&message);
    let from = Domain::of("one.example");
    claims(
        &message,
        &checks(&message),
        &hops,
        boundary(&message, &checks(&message), &hops, &Own::default()),
        Some(&from),
        &Own::default(),
    )
    .into_iter()
    .map(|claim| {
        let domain = claim.domain.map(|domain| domain.host).unwrap_or_default();
        (claim.method, claim.result, domain, claim.aligned, claim.inside)
    })
    .collect()
}

const LINE: &str = "Received: from x (mail.one.example [192.0.2.1]) by mx.two.example with ESMTP; date";

#[test]
fn results_with_comments_versions_and_quotes_are_read() {
    let field = "Authentication-Results: mx.two.example 1; (a;b) spf=pass (ok; fine) smtp.mailfrom=a@mail.one.example;\n \
                 dkim=fail reason=\"bad; signature\" header.d=other.example; dmarc/1=none header.from=one.example; auth=pass smtp.auth=x";
    assert_eq!(
        read(&format!("{field}\n{LINE}")),
        [
            ("spf".to_owned(), AuthResult::Pass, "mail.one.example".to_owned(), true, true),
            ("dkim".to_owned(), AuthResult::Fail, "other.example".to_owned(), false, true),
            ("dmarc".to_owned(), AuthResult::None, "one.example".to_owned(), true, true),
            ("auth".to_owned(), AuthResult::Pass, String::new(), false, true),
        ]
    );
}

#[test]
fn microsofts_form_without_a_server_is_read() {
    let field = "Authentication-Results: spf=softfail (sender IP is 192.0.2.1) smtp.mailfrom=one.example; dkim=none (message not signed) header.d=none;dmarc=fail action=none header.from=one.example;compauth=fail reason=001";
    let read = read(&format!("{field}\n{LINE}"));
    assert_eq!(read.len(), 4);
    assert_eq!(read.get(1).unwrap().2, "");
    assert_eq!((read.get(3).unwrap().0.as_str(), read.get(3).unwrap().1), ("compauth", AuthResult::Fail));
    assert_eq!(read.first().unwrap().1, AuthResult::SoftFail);
}

#[test]
fn what_the_sender_could_type_is_outside() {
    let forged = "Authentication-Results: mx.two.example; dkim=pass header.d=one.example";
    let other = "Authentication-Results: mx.bank.example; dkim=pass header.d=one.example";
    let own = "Authentication-Results: mx.two.example; dkim=fail header.d=one.example";
    let below = "Received: from y by z.example; date";
    let inside = |header: String| read(&header).iter().map(|claim| claim.4).collect::<Vec<_>>();
    assert_eq!(inside(format!("{own}\n{LINE}\n{forged}")), [true, false]);
    assert_eq!(inside(format!("{LINE}\n{own}\n{forged}\n{below}")), [false, false], "the server's name is public");
    let google = "Received: from x.one.example (x.one.example. [198.51.100.1]) by mx.google.com with ESMTPS id 1; date";
    let theirs = "Authentication-Results: mx.google.com; dkim=fail header.d=one.example";
    let typed = "Authentication-Results: mx.google.com; dkim=pass header.d=one.example";
    assert_eq!(inside(format!("{google}\n{theirs}\n{typed}\n{below}")), [true, false]);
    assert_eq!(inside(format!("{google}\nSubject: x\n{typed}")), [false], "behind what the sender wrote");
    assert_eq!(inside(format!("{LINE}\n{other}\n{below}")), [false]);
    assert_eq!(inside(format!("{LINE}\n{below}\n{forged}")), [false]);
    assert_eq!(inside(forged.to_owned()), [false]);
}

#[test]
fn icloud_writes_a_field_for_each_check_and_the_last_of_them_ends_what_is_its_own() {
    let inside = |fields: &[&str]| -> Vec<bool> {
        let line = "Received: from x.one.example (x.one.example [198.51.100.1])\n by p00-icloudmta-asmtp-us-east-1a-34 (Postfix) with ESMTPS id 1; date";
        read(&format!("{line}\n{}\nFrom: a@one.example", fields.join("\n"))).into_iter().map(|claim| claim.4).collect()
    };
    let results = |id: &str, what: &str| format!("Authentication-Results: {id}.icloud.com; {what}");
    let dmarc = results("dmarc", "dmarc=pass header.from=one.example");
    let info = "X-DMARC-Info: pass=pass; dmarc-policy=none";
    let signed = results("dkim-verifier", "dkim=pass header.d=one.example");
    let failed = results("dkim-verifier", "dkim=fail header.d=two.example");
    let spf = results("spf", "spf=pass smtp.mailfrom=a@one.example");
    let end = "Received-SPF: pass (spf.icloud.com: domain of a@one.example designates 198.51.100.1 as permitted sender) receiver=spf.icloud.com";
    assert_eq!(inside(&[&dmarc, info, &failed, &signed, &spf, end]), [true; 5]);
    // What follows can be typed by the sender, and where the last field is missing, all but the first.
    assert_eq!(inside(&[&dmarc, &spf, end, &signed]), [true, true, true, false]);
    assert_eq!(inside(&[&dmarc, &signed]), [true, false]);
    assert_eq!(inside(&["Subject: x", &dmarc, &spf, end]), [false; 3]);
}

#[test]
fn only_the_names_that_the_reader_gave_write_on_his_side() {
    let google = "Received: from x.one.example (x.one.example. [198.51.100.1]) by mx.google.com with ESMTPS id 1; date";
    let header = format!(
        "Authentication-Results: filter.two.example; dkim=pass header.d=one.example\nAuthentication-Results: MX.two.example; spf=pass smtp.mailfrom=a@one.example\nReceived-SPF: pass client-ip=198.51.100.1; envelope-from=a@one.example\n{google}\nAuthentication-Results: mx.google.com; dmarc=pass header.from=one.example\nFrom: a@one.example\n\nx"
    );
    let message = Message::parse(header.as_bytes());
    let hops = hops(&message);
    let inside = |ids: &[&str]| -> Vec<(String, bool)> {
        let own = Own { authserv_ids: ids.iter().map(|id| (*id).to_owned()).collect(), ..Own::default() };
        claims(
            &message,
            &checks(&message),
            &hops,
            boundary(&message, &checks(&message), &hops, &own),
            Some(&Domain::of("one.example")),
            &own,
        )
        .into_iter()
        .map(|claim| (claim.server, claim.inside))
        .collect()
    };
    let sides = |ids: &[&str]| inside(ids).into_iter().map(|(_, inside)| inside).collect::<Vec<_>>();
    assert_eq!(sides(&[]), [true, true, true, true], "without a word from the reader the place decides");
    assert_eq!(sides(&["mx.two.example"]), [false, true, true, false], "case does not matter");
    assert_eq!(sides(&["mx.google.com", "filter.two.example"]), [true, false, true, true]);
    assert_eq!(sides(&["two.example"]), [false, false, true, false], "a name is no domain");
}

#[test]
fn received_spf_is_a_claim_and_names_the_client() {
    let field = "Received-SPF: pass (two.example: domain of a@one.example designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from=\"a@one.example\"; helo=x.one.example;";
    let claims = read(&format!("{field}\n{LINE}"));
    assert_eq!(claims, [("spf".to_owned(), AuthResult::Pass, "one.example".to_owned(), true, true)]);
    let message = Message::parse(format!("{field}\n\nx").as_bytes());
    assert_eq!(named(&message, &checks(&message)).first().unwrap().address, "192.0.2.1".parse::<IpAddr>().unwrap());
}

#[test]
fn received_spf_names_the_sender_and_its_writer_in_every_wording() {
    for (field, result, domain, server) in [
        (
            "softfail (google.com: domain of transitioning x@one.example does not designate 192.0.2.1 as permitted sender) client-ip=192.0.2.1;",
            AuthResult::SoftFail,
            "one.example",
            "google.com",
        ),
        (
            "fail (google.com: domain of x@one.example does not designate 192.0.2.1 as permitted sender) client-ip=192.0.2.1;",
            AuthResult::Fail,
            "one.example",
            "google.com",
        ),
        (
            "neutral (google.com: 192.0.2.1 is neither permitted nor denied by best guess record for domain of x@one.example) client-ip=192.0.2.1;",
            AuthResult::Neutral,
            "one.example",
            "google.com",
        ),
        (
            "pass client-ip=192.0.2.1; helo=x.one.example; receiver=mx.two.example",
            AuthResult::Pass,
            "x.one.example",
            "mx.two.example",
        ),
        ("softfail (transitioning) client-ip=192.0.2.1", AuthResult::SoftFail, "", "Received-SPF"),
        ("none", AuthResult::None, "", "Received-SPF"),
    ] {
        let message = Message::parse(format!("Received-SPF: {field}\n\nx").as_bytes());
        let all = claims(&message, &checks(&message), &[], None, None, &Own::default());
        let [claim] = all.as_slice() else { panic!("{field}: {all:?}") };
        let found = claim.domain.as_ref().map_or("", |domain| domain.host.as_str());
        assert_eq!((claim.result, found, claim.server.as_str()), (result, domain, server), "{field}");
    }
}

#[test]
fn a_reason_is_told_as_it_is_written() {
    for (result, reason) in [
        ("dkim=fail reason=\"bad sig = none\" header.d=one.example", "bad sig = none"),
        ("dkim=fail header.d=one.example reason=\"a \\\"b\\\" c\"", "a \"b\" c"),
        ("compauth=fail reason=001", "001"),
        ("dkim=fail header.i=\"a reason=x\"@one.example", ""),
    ] {
        let message = Message::parse(format!("Authentication-Results: mx.two.example; {result}\n\nx").as_bytes());
        let all = claims(&message, &checks(&message), &[], None, None, &Own::default());
        assert_eq!(all.first().unwrap().reason, reason, "{result}");
    }
}

#[test]
fn what_is_claimed_of_the_connection_stands_apart() {
    let header = "Authentication-Results: mx.two.example; auth=pass smtp.auth=anna@one.example; \
                  iprev=fail (no name) policy.iprev=192.0.2.1; spf=pass smtp.mailfrom=one.example; x-own=pass";
    let evidence =
        super::super::examine(&Message::parse(format!("{header}\nFrom: a@one.example\n\nx").as_bytes()), &[]);
    let told = |list: &[AuthClaim]| -> Vec<(String, AuthResult, String)> {
        list.iter().map(|claim| (claim.method.clone(), claim.result, claim.reason.clone())).collect()
    };
    assert_eq!(
        told(&evidence.connection),
        [
            ("auth".to_owned(), AuthResult::Pass, "anna@one.example".to_owned()),
            ("iprev".to_owned(), AuthResult::Fail, "192.0.2.1".to_owned()),
        ]
    );
    assert!(evidence.connection.iter().all(|claim| !claim.aligned && claim.domain.is_none()));
    assert_eq!(told(&evidence.auth), [("spf".to_owned(), AuthResult::Pass, String::new())]);
}

#[test]
fn many_forged_results_and_deep_comments_end_soon() {
    let header = "Authentication-Results: x; spf=pass smtp.mailfrom=a.example\n".repeat(1_900);
    assert_eq!(read(&format!("{header}{LINE}")).len(), crate::message::Limits::DEFAULT.claims);
    read(&format!("Authentication-Results: x; {}", "(".repeat(200_000)));
    read(&format!("Authentication-Results: x{}", ";spf=pass".repeat(20_000)));
}

#[test]
fn reasons_policies_and_both_alignments_are_read() {
    for (field, method, reason, aligned, strict) in [
        (
            "mx.two.example; dkim=fail reason=\"bad; signature\" header.d=one.example",
            "dkim",
            "bad; signature",
            true,
            true,
        ),
        ("mx.two.example; dkim=pass (2048-bit key) header.d=mail.one.example header.s=s1", "dkim", "", true, false),
        (
            "mx.two.example; dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=one.example",
            "dmarc",
            "p=REJECT sp=NONE dis=NONE",
            true,
            true,
        ),
        ("mx.two.example; dmarc=fail action=quarantine header.from=one.example", "dmarc", "quarantine", true, true),
        ("mx.two.example; dmarc=fail policy.dmarc=reject header.from=other.example", "dmarc", "reject", false, false),
        ("compauth=fail reason=001", "compauth", "001", false, false),
        ("mx.two.example; sender-id=pass header.from=a@one.example", "sender-id", "", false, false),
        ("mx.two.example (a (nested) remark) 1; DKIM/1=pass header.i=@one.example", "dkim", "", true, true),
        ("\"mx.two.example\"; dkim = pass header.d=one.example", "", "", false, false),
        ("mx.two.example; none", "", "", false, false),
    ] {
        let message = Message::parse(format!("Authentication-Results: {field}\n\nx").as_bytes());
        let all = claims(&message, &checks(&message), &[], None, Some(&Domain::of("one.example")), &Own::default());
        if method.is_empty() {
            continue;
        }
        let [claim] = all.as_slice() else { panic!("{field}: {all:?}") };
        assert_eq!(
            (claim.method.as_str(), claim.reason.as_str(), claim.aligned, claim.strict),
            (method, reason, aligned, strict),
            "{field}"
        );
    }
}

#[test]
fn sets_of_arc_are_put_together() {
    let set = |number: u8, cv: &str| {
        format!(
            "ARC-Seal: i={number}; a=rsa-sha256; cv={cv}; d=relay{number}.example; s=x; b=AA==\nARC-Message-Signature: i={number}; d=relay{number}.example; b=AA==\nARC-Authentication-Results: i={number}; relay{number}.example; spf=pass smtp.mailfrom=one.example\n"
        )
    };
    let read = |header: String| chain(&Message::parse(format!("{header}\nx").as_bytes()));
    let chain = read(format!("{}{}", set(2, "pass"), set(1, "none")));
    let short: Vec<_> =
        chain.iter().map(|set| (set.number, set.chain.as_str(), set.sealer.as_str(), set.whole)).collect();
    assert_eq!(short, [(2, "pass", "relay2.example", true), (1, "none", "relay1.example", true)]);
    assert!(read(set(1, "pass")).iter().all(|set| !set.whole), "the first has nothing before it");
    assert!(read(format!("{0}{0}", set(1, "none"))).iter().all(|set| !set.whole), "twice");
    assert!(read("ARC-Seal: i=1; cv=none; d=a.example\n".to_owned()).iter().all(|set| !set.whole), "alone");
    assert!(
        read("ARC-Seal: i=0; cv=none\nARC-Seal: i=99; cv=none\nARC-Seal: cv=none\nSubject: x\n".to_owned()).is_empty()
    );
    assert!(read("ARC-Seal: i=7; cv=pass\n".repeat(1_900)).len() == 1);
    let message = Message::parse(format!("{}\nx", set(3, "pass")).as_bytes());
    let all = claims(&message, &checks(&message), &[], None, None, &Own::default());
    assert_eq!(all.iter().map(|claim| (claim.set, claim.inside)).collect::<Vec<_>>(), [(Some(3), false)]);
}
