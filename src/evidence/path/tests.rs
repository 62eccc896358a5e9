//! Received lines in the shapes of the common transfer agents, with reserved names and addresses.

use super::*;

/// helo, reverse, address, by
type Row = (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>, Option<&'static str>);

const LINES: &[Row] = &[
    // Postfix
    (
        "from mail.one.example (mail.one.example [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested) by mx.two.example (Postfix) with ESMTPS id 4ABC for <a@two.example>; Mon, 25 Apr 2022 10:00:00 +0900 (JST)",
        Some("mail.one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    (
        "from localhost (unknown [192.0.2.1]) by mx.two.example (Postfix) with ESMTP id 1; Mon, 25 Apr 2022 10:00:00 +0900",
        Some("localhost"),
        None,
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    (
        "from x.example (x.example [IPv6:2001:db8::1]) by mx.two.example (Postfix) with ESMTP id 1; date",
        Some("x.example"),
        Some("x.example"),
        Some("2001:db8::1"),
        Some("mx.two.example"),
    ),
    (
        "from [10.0.0.5] (host.one.example [192.0.2.1]) (Authenticated sender: a@one.example) by mx.two.example (Postfix) with ESMTPSA id 1; date",
        Some("[10.0.0.5]"),
        Some("host.one.example"),
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    // sendmail
    (
        "from mail.one.example (root@mail.one.example [192.0.2.1] (may be forged)) by mx.two.example (8.14.4/8.14.4) with ESMTP id x1; date",
        Some("mail.one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    (
        "from one.example ([192.0.2.1]) by two.example (8.9.3/8.9.3) with SMTP id 1.2.3.4; date",
        Some("one.example"),
        None,
        Some("192.0.2.1"),
        Some("two.example"),
    ),
    // Exim
    (
        "from mail.one.example ([192.0.2.1] helo=other.example) by mx.two.example with esmtp (Exim 4.92.3) (envelope-from <a@one.example>) id 1abc-0001; date",
        Some("other.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    (
        "from [192.0.2.1] (port=4567 helo=other.example) by mx.two.example with esmtpsa id 1; date",
        Some("other.example"),
        None,
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    (
        "from root by host.two.example with local (Exim 4.92) id 1; date",
        Some("root"),
        None,
        None,
        Some("host.two.example"),
    ),
    // qmail
    (
        "from unknown (HELO other.example) (192.0.2.1) by mx.two.example with SMTP; 25 Apr 2022 01:00:00 -0000",
        Some("other.example"),
        None,
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    (
        "from mail.one.example (HELO other.example) (user@192.0.2.1) by mx.two.example with SMTP; 25 Apr 2022 01:00:00 -0000",
        Some("other.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    ("(qmail 12345 invoked from network); 25 Apr 2022 01:00:00 -0000", None, None, None, None),
    ("(qmail 12345 invoked by uid 1000); 25 Apr 2022 01:00:00 -0000", None, None, None, None),
    // Exchange
    (
        "from AM0PR01.eurprd01.prod.outlook.com (2001:db8:10a6::1) by DB9PR01.eurprd01.prod.outlook.com (2001:db8:10a6::2) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.5186.14; Mon, 25 Apr 2022 01:00:00 +0000",
        Some("AM0PR01.eurprd01.prod.outlook.com"),
        None,
        Some("2001:db8:10a6::1"),
        Some("DB9PR01.eurprd01.prod.outlook.com"),
    ),
    (
        "from one.example (192.0.2.1) by FR1.mail.protection.outlook.com (10.152.1.1) with Microsoft SMTP Server id 15.20.5186.14 via Frontend Transport; Mon, 25 Apr 2022 01:00:00 +0000",
        Some("one.example"),
        None,
        Some("192.0.2.1"),
        Some("FR1.mail.protection.outlook.com"),
    ),
    ("from mail pickup service by HOST1 with Microsoft SMTPSVC; date", Some("mail"), None, None, Some("HOST1")),
    (
        "from one.example ([192.0.2.1]) by two.example with Microsoft SMTPSVC(6.0.3790.4675); date",
        Some("one.example"),
        None,
        Some("192.0.2.1"),
        Some("two.example"),
    ),
    // Gmail
    (
        "from one.example (mail.one.example. [192.0.2.1]) by mx.google.com with ESMTPS id a1si0.2022.04.25.01.00.00 for <a@two.example> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Mon, 25 Apr 2022 01:00:00 -0700 (PDT)",
        Some("one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("mx.google.com"),
    ),
    (
        "by 2002:a05:6000:1::1 with SMTP id a1csp0; Mon, 25 Apr 2022 01:00:00 -0700 (PDT)",
        None,
        None,
        None,
        Some("2002:a05:6000:1::1"),
    ),
    (
        "from [127.0.0.1] (host.one.example [192.0.2.1]) by smtp.two.example with ESMTPSA id 1; date",
        Some("[127.0.0.1]"),
        Some("host.one.example"),
        Some("192.0.2.1"),
        Some("smtp.two.example"),
    ),
    // Yahoo
    (
        "from 127.0.0.1 (EHLO other.example) (192.0.2.1) by mta1.mail.two.example with SMTPS; date",
        Some("other.example"),
        None,
        Some("192.0.2.1"),
        Some("mta1.mail.two.example"),
    ),
    (
        "from [192.0.2.1] by web1.mail.two.example via HTTP; date",
        Some("[192.0.2.1]"),
        None,
        Some("192.0.2.1"),
        Some("web1.mail.two.example"),
    ),
    // others
    (
        "from [192.0.2.1] (HELO other.example) by two.example (CommuniGate Pro SMTP 4.0) with ESMTP id 1; date",
        Some("other.example"),
        None,
        Some("192.0.2.1"),
        Some("two.example"),
    ),
    (
        "from mail.one.example ([::ffff:192.0.2.1]) by two.example with esmtp; date",
        Some("mail.one.example"),
        None,
        Some("192.0.2.1"),
        Some("two.example"),
    ),
    (
        "from other.example(mail.one.example[192.0.2.1]) by two.example; date",
        Some("other.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("two.example"),
    ),
    (
        "from [192.0.2.1] ([192.0.2.1:41234]) by mta.two.example (envelope-from <a@one.example>) (ecelerity 3.6.8 r(Core)) with ESMTP id 1; date",
        Some("[192.0.2.1]"),
        None,
        Some("192.0.2.1"),
        Some("mta.two.example"),
    ),
    (
        "from unknown [192.0.2.1] (EHLO other.example) by cluster.two.example with ESMTP id 1; date",
        Some("other.example"),
        None,
        Some("192.0.2.1"),
        Some("cluster.two.example"),
    ),
    (
        "from a.example (a.example [unix socket]) by two.example (Cyrus 2.4.17) with LMTPA; date",
        Some("a.example"),
        Some("a.example"),
        None,
        Some("two.example"),
    ),
];

#[test]
fn the_grammars_of_common_servers_are_read() {
    for (line, helo, reverse, address, by) in LINES {
        let hop = read(line);
        assert_eq!(hop.helo.as_deref(), *helo, "helo of {line}");
        assert_eq!(hop.reverse.as_deref(), *reverse, "reverse of {line}");
        assert_eq!(hop.address, address.map(|address| address.parse().unwrap()), "address of {line}");
        assert_eq!(hop.by.as_deref(), *by, "by of {line}");
        assert!(!hop.unread, "{line}");
    }
}

#[test]
fn protocol_id_recipient_and_time_are_read() {
    let hop = read(LINES.first().unwrap().0);
    assert_eq!((hop.with.as_deref(), hop.id.as_deref()), (Some("ESMTPS"), Some("4ABC")));
    assert_eq!(hop.recipient.as_deref(), Some("a@two.example"));
    assert_eq!(hop.time, Some(1_650_848_400));
    let exchange = read("from a (192.0.2.1) by b (10.0.0.1) with Microsoft SMTP Server (TLS) id 15.20.1.2; date");
    assert_eq!((exchange.with.as_deref(), exchange.id.as_deref()), (Some("Microsoft SMTP Server"), Some("15.20.1.2")));
    assert_eq!(exchange.by_address, Some("10.0.0.1".parse().unwrap()));
}

#[test]
fn ids_versions_and_dates_are_no_addresses() {
    for line in [
        "by host.example with SMTP id 1.2.3.4; 25.4.20.22",
        "from x (Exim 4.9.1.2) by host.example (8.11.6.1) with ESMTP id 192.0.2.1; date",
        "from 999.999.999.999 ([999.1.1.1]) by host.example; date",
        "from x (using TLSv1.2.3.4 with cipher 1.2.3.4) by host.example; date",
        "from x ([1:2:3:4:5:6:7:8:9:10]) by host.example; date",
    ] {
        assert_eq!(read(line).address, None, "{line}");
    }
}

#[test]
fn delays_run_from_the_line_below() {
    let message = Message::parse(
        b"Received: by c; Mon, 25 Apr 2022 10:00:10 +0900\nReceived: by b; Mon, 25 Apr 2022 10:00:20 +0900\nReceived: by a; Mon, 25 Apr 2022 10:00:00 +0900\n\n",
    );
    let delays: Vec<Option<i64>> = hops(&message).iter().map(|hop| hop.delay).collect();
    assert_eq!(delays, [Some(-10), Some(20), None]);
}

#[test]
fn the_date_is_no_part_of_a_clause() {
    let of = |line: &str| read(line);
    let qmail =
        of("from unknown (HELO one.example) (192.0.2.1) by mx.two.example with SMTP; 25 Apr 2022 01:00:00 -0000");
    assert_eq!(qmail.with.as_deref(), Some("SMTP"));
    assert_eq!(
        of("from one.example ([192.0.2.1]); Mon, 25 Apr 2022 10:00:00 +0900").helo.as_deref(),
        Some("one.example")
    );
    let courier =
        of("from one.example (192.0.2.1) by two.example with local; Mon, 25 Apr 2022 10:00:00 +0900 id 0EFE.4D02.C65A");
    assert_eq!((courier.with.as_deref(), courier.id.as_deref()), (Some("local"), Some("0EFE.4D02.C65A")));
    let early = of("from one.example by two.example (a; b) with SMTP (c; d)");
    assert_eq!((early.with.as_deref(), early.time), (Some("SMTP"), None));
    let twice = of("from one.example by two.example; with SMTP; Mon, 25 Apr 2022 10:00:00 +0900");
    assert_eq!((twice.with.as_deref(), twice.time), (Some("SMTP"), Some(1_650_848_400)));
}

#[test]
fn what_is_no_trace_line_is_marked_unread() {
    assert!(read("complete nonsense").unread);
    assert!(read("").unread);
    assert!(!read("by host.example; date").unread);
}

#[test]
fn hostile_lines_end_soon() {
    for piece in ["(", ")", "from ", "by ", "[", "\"", "\\", ";", "a (b) ", "helo="] {
        read(&format!("from x {}", piece.repeat(60_000)));
    }
}

/// Line, version, cipher.
#[test]
fn the_encryption_of_a_line_is_read() {
    for (line, version, cipher) in [
        (
            "from a by b (Postfix) with ESMTPS (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) id 1; d",
            "1.3",
            "TLS_AES_256_GCM_SHA384",
        ),
        (
            "from a (192.0.2.1) by b (10.0.0.1) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1.2; d",
            "1.2",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        ),
        (
            "from a by mx.google.com with ESMTPS id x (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128); d",
            "1.3",
            "TLS_AES_128_GCM_SHA256",
        ),
        (
            "from a ([192.0.2.1] helo=c) by b with esmtps (TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256) (Exim 4.94) id 1; d",
            "1.2",
            "ECDHE_RSA_AES_256_GCM_SHA384",
        ),
        ("from a ([192.0.2.1]) by b with esmtps (TLSv1:AES256-SHA:256) (Exim 4.80) id 1; d", "1.0", "AES256-SHA"),
        (
            "from a (a [192.0.2.1]) by b (8.15.2) with ESMTPS id 1 (version=TLSv1.1 cipher=AES256-SHA bits=256 verify=NO); d",
            "1.1",
            "AES256-SHA",
        ),
        ("from a (a [192.0.2.1]) by b with ESMTP (TLS) id 1; d", "", ""),
        ("from a ([192.0.2.1]) by b with (AES256-SHA encrypted) SMTP; d", "", "AES256-SHA"),
        ("from a ([192.0.2.1]) by b with ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384; d", "", "ECDHE-RSA-AES256-GCM-SHA384"),
        ("from a ([192.0.2.1]) by b with ESMTP/TLSv1.2/AES256-SHA; d", "1.2", "AES256-SHA"),
        (
            "from a ([192.0.2.1] helo=c) by b with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) id 1; d",
            "1.3",
            "TLS_AES_256_GCM_SHA384",
        ),
        ("from a (a [192.0.2.1]) by b with ESMTP id 1; d", "", ""),
    ] {
        let tls = read(line).tls;
        let found = tls.as_ref().map_or(("", ""), |tls| (tls.version.as_str(), tls.cipher.as_str()));
        assert_eq!(found, (version, cipher), "{line}");
    }
    assert!(read("from a by b with ESMTPS (TLSv1:AES256-SHA:256) id 1; d").tls.unwrap().is_outdated());
}

#[test]
fn tls_in_other_words_is_read_and_its_absence_is_not_taken_for_it() {
    for (line, told, with) in [
        ("from a (a [192.0.2.1]) (Using TLS) by b with ESMTP id 1; d", true, "ESMTP"),
        (
            "from a (192.0.2.1) by b (10.0.0.6) with Microsoft SMTP Server (TLS) id 14.3.123.3; d",
            true,
            "Microsoft SMTP Server",
        ),
        ("from a ([192.0.2.1]) by b with (AES256-SHA encrypted) SMTP; d", true, "SMTP"),
        (
            "from a ([192.0.2.1]) by b with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) id 1; d",
            true,
            "esmtps",
        ),
        ("from a (a [192.0.2.1]) (not using TLS) by b with ESMTP id 1; d", false, "ESMTP"),
        ("from a (a [192.0.2.1]) by b with ESMTP (No TLS) id 1; d", false, "ESMTP"),
        ("from a (a [192.0.2.1]) by b with ESMTP (not encrypted) id 1; d", false, "ESMTP"),
        ("from a (a [192.0.2.1]) by b with ESMTP/1 id 1; d", false, "ESMTP/1"),
        ("from a (a [192.0.2.1]) by b with tls relay id 1; d", false, "tls relay"),
    ] {
        let hop = read(line);
        assert_eq!((hop.tls.is_some(), hop.with.as_deref()), (told, Some(with)), "{line}");
    }
}

#[test]
fn a_time_without_a_semicolon_is_read_behind_the_id() {
    let time = parse_date("Mon, 16 Nov 2026 10:00:00 +0000");
    for (line, expected) in [
        ("by filter0001.one.example with SMTP id x 2026-11-16 10:00:00.12 +0000 UTC", time),
        ("from MTIz (unknown) by geopod-1 (SG) with HTTP id abc Mon, 16 Nov 2026 10:00:00.123 +0000 (UTC)", time),
        ("by recvd-7f with SMTP id recvd-7f-1 2026-11-16 10:00:00.1 +0000 UTC m=+1.2", time),
        ("by recvd-7f with SMTP id x for <a@two.example> 2026-11-16 10:00:00 +0000 UTC", time),
        ("by mx.two.example with SMTP id x; Mon, 16 Nov 2026 10:00:00 +0000", time),
        ("by mx.two.example with SMTP id x 1.2.3 y", None),
        ("by mx.two.example with SMTP id 2026-11-16 10:00:00", None),
        ("by mx.two.example with SMTP id x 2026-13-45 10:00:00 +0000 UTC", None),
    ] {
        assert_eq!(read(line).time, expected, "{line}");
    }
}

/// helo, reverse, address, by: services, gateways and groupware beside the transfer agents above.
const MORE: &[Row] = &[
    (
        "from a1-2.smtp-out.one.example (a1-2.smtp-out.one.example. [192.0.2.1]) by mx.two.example with ESMTPS id 1; date",
        Some("a1-2.smtp-out.one.example"),
        Some("a1-2.smtp-out.one.example"),
        Some("192.0.2.1"),
        Some("mx.two.example"),
    ),
    // SendGrid hands in over its own lines
    (
        "by filter0001p1las1.one.example with SMTP id filter0001p1las1-12345-5F00AAAA-1 2026-11-21 10:00:00.123456789 +0000 UTC m=+1.5",
        None,
        None,
        None,
        Some("filter0001p1las1.one.example"),
    ),
    (
        "from MTIzNDU2 (unknown) by geopod-ismtpd-1-0 (SG) with HTTP id x_1 2026-11-21 10:00:00 +0000 UTC",
        Some("MTIzNDU2"),
        None,
        None,
        Some("geopod-ismtpd-1-0"),
    ),
    // Proofpoint
    (
        "from pps.filterd (mx0a.two.example [127.0.0.1]) by mx0a.two.example (8.17.1.5/8.17.1.5) with ESMTP id 3abc123; date",
        Some("pps.filterd"),
        Some("mx0a.two.example"),
        Some("127.0.0.1"),
        Some("mx0a.two.example"),
    ),
    (
        "from mail.one.example (mail.one.example [192.0.2.1]) by mx0a.two.example (PPS) with ESMTPS id 3abc-1 (version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 verify=NOT); date",
        Some("mail.one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("mx0a.two.example"),
    ),
    // Mimecast
    (
        "from mail.one.example (mail.one.example [192.0.2.1]) (Using TLS) by relay.two.example with ESMTP id uk-mta-12-AbCdEf-1; date",
        Some("mail.one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("relay.two.example"),
    ),
    // Barracuda
    (
        "from mail.one.example (mail.one.example [192.0.2.1]) by filter.two.example with ESMTP id AbCd12 (version=TLSv1.2 cipher=ECDHE-RSA-AES128-GCM-SHA256 bits=128 verify=NO); date",
        Some("mail.one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("filter.two.example"),
    ),
    // IronPort
    (
        "from mail.one.example ([192.0.2.1]) by esa1.two.example with ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384; 21 Nov 2026 10:00:00 +0000",
        Some("mail.one.example"),
        None,
        Some("192.0.2.1"),
        Some("esa1.two.example"),
    ),
    // Zimbra
    (
        "from localhost (localhost [127.0.0.1]) by zimbra.two.example (Postfix) with ESMTP id 1; date",
        Some("localhost"),
        None,
        Some("127.0.0.1"),
        Some("zimbra.two.example"),
    ),
    // Domino
    (
        "from mail.one.example ([192.0.2.1]) by domino.two.example (Lotus Domino Release 9.0.1FP8) with ESMTP id 2026112110000000-1234 ; Sat, 21 Nov 2026 10:00:00 +0900",
        Some("mail.one.example"),
        None,
        Some("192.0.2.1"),
        Some("domino.two.example"),
    ),
    // GroupWise
    (
        "from GW-MTA by gw.two.example with Novell_GroupWise; Sat, 21 Nov 2026 10:00:00 +0000",
        Some("GW-MTA"),
        None,
        None,
        Some("gw.two.example"),
    ),
    // Exchange on premises, and with an IPv6 address that has a zone
    (
        "from EX1.two.example (10.0.0.5) by EX2.two.example (10.0.0.6) with Microsoft SMTP Server (TLS) id 14.3.123.3; date",
        Some("EX1.two.example"),
        None,
        Some("10.0.0.5"),
        Some("EX2.two.example"),
    ),
    (
        "from EX1.two.example ([fe80::1%11]) by EX2.two.example ([fe80::2%12]) with mapi id 15.01.2242.004; date",
        Some("EX1.two.example"),
        None,
        Some("fe80::1"),
        Some("EX2.two.example"),
    ),
    // MailEnable, MDaemon, hMailServer
    (
        "from mail.one.example ([192.0.2.1]) by two.example with MailEnable ESMTP; Sat, 21 Nov 2026 10:00:00 +0900",
        Some("mail.one.example"),
        None,
        Some("192.0.2.1"),
        Some("two.example"),
    ),
    (
        "from mail.one.example by two.example (MDaemon PRO v17.5.0) with ESMTP id md50001.msg for <a@two.example>; date",
        Some("mail.one.example"),
        None,
        None,
        Some("two.example"),
    ),
    // OpenSMTPD
    (
        "from mail.one.example (mail.one.example [192.0.2.1]) by two.example (OpenSMTPD) with ESMTPS id 1a2b3c4d (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO) for <a@two.example>; date",
        Some("mail.one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("two.example"),
    ),
    // Japanese providers: gateways of the qmail kin, and relays that bracket the address alone
    (
        "from unknown (HELO mail.one.example) (192.0.2.1) by 0 with SMTP; 21 Nov 2026 10:00:00 +0900",
        Some("mail.one.example"),
        None,
        Some("192.0.2.1"),
        Some("0"),
    ),
    (
        "from mail.one.example (mail.one.example [192.0.2.1]) by mgw.two.example (nwmail) with ESMTP id X1; Sat, 21 Nov 2026 10:00:00 +0900 (JST)",
        Some("mail.one.example"),
        Some("mail.one.example"),
        Some("192.0.2.1"),
        Some("mgw.two.example"),
    ),
    (
        "from [192.0.2.1] by web.two.example via HTTP; Sat, 21 Nov 2026 10:00:00 JST",
        Some("[192.0.2.1]"),
        None,
        Some("192.0.2.1"),
        Some("web.two.example"),
    ),
    (
        "from localhost (192.0.2.1) by mta.two.example with SMTP id 20261121100000123.ABCD.1.2.3.4@mta.two.example; date",
        Some("localhost"),
        None,
        Some("192.0.2.1"),
        Some("mta.two.example"),
    ),
];

#[test]
fn the_grammars_of_services_gateways_and_groupware_are_read() {
    for (line, helo, reverse, address, by) in MORE {
        let hop = read(line);
        assert_eq!(hop.helo.as_deref(), *helo, "helo of {line}");
        assert_eq!(hop.reverse.as_deref(), *reverse, "reverse of {line}");
        assert_eq!(hop.address, address.map(|address| address.parse().unwrap()), "address of {line}");
        assert_eq!(hop.by.as_deref(), *by, "by of {line}");
        assert!(!hop.unread, "{line}");
    }
}
