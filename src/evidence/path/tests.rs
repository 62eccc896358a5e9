//! What is read in Received lines; with reserved names and addresses, as in all that follows.

mod grammars;

use super::*;
use grammars::SERVERS;

#[test]
fn protocol_id_recipient_and_time_are_read() {
    let hop = read(SERVERS.first().unwrap().0);
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
