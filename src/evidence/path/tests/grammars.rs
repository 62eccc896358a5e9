//! Received lines in the shapes of common servers, services, gateways and groupware, and what is read in them.

use super::read;

/// helo, reverse, address, by
type Row = (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>, Option<&'static str>);

/// Transfer agents.
pub(super) const SERVERS: &[Row] = &[
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

/// Services, gateways and groupware.
const SERVICES: &[Row] = &[
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
fn the_grammars_of_servers_services_gateways_and_groupware_are_read() {
    for (line, helo, reverse, address, by) in SERVERS.iter().chain(SERVICES) {
        let hop = read(line);
        assert_eq!(hop.helo.as_deref(), *helo, "helo of {line}");
        assert_eq!(hop.reverse.as_deref(), *reverse, "reverse of {line}");
        assert_eq!(hop.address, address.map(|address| address.parse().unwrap()), "address of {line}");
        assert_eq!(hop.by.as_deref(), *by, "by of {line}");
        assert!(!hop.unread, "{line}");
    }
}
