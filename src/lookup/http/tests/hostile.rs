//! Servers that mean harm: every limit of size and time holds, and nothing hangs.

use std::time::Instant;

use super::*;

/// The limits of these tests: small, so that they are met at once.
fn tight(url: Url) -> Request {
    let mut request = here(url);
    request.limits =
        Limits { head: 16 << 10, body: 64 << 10, time: Duration::from_secs(5), quiet: Duration::from_secs(5) };
    request
}

/// A server that says `first` and then `again` for as long as somebody listens.
async fn repeats(first: &'static [u8], again: &'static [u8]) -> Url {
    let speak = move |mut stream: TcpStream| async move {
        let _ = stream.write_all(first).await;
        while stream.write_all(again).await.is_ok() {}
    };
    serve(speak).await.0
}

#[tokio::test]
async fn endless_chunks_end_at_the_limit_of_bytes() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let large = [&b"1000;name=value\r\n"[..], &[b'x'; 4096], b"\r\n"].concat();
    for chunk in [&large[..], b"1\r\nx\r\n", b"1;ext=yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\nx\r\n"] {
        let chunk = Box::leak(chunk.repeat(8192 / chunk.len()).into_boxed_slice());
        let response = fetch(tight(repeats(head, chunk).await)).await.unwrap();
        let cut = response.cut.unwrap();
        // Chunks that are mostly extensions are broken off before that.
        assert!(matches!(cut, Cut::Bytes | Cut::Closed), "{cut:?}");
        assert!(response.body.len() <= 64 << 10);
    }
}

#[tokio::test]
async fn an_endless_body_without_a_length_ends_at_the_limit_of_bytes() {
    let response = fetch(tight(repeats(b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 8000]).await)).await.unwrap();
    assert_eq!((response.body.len(), response.cut), (64 << 10, Some(Cut::Bytes)));
}

#[tokio::test]
async fn a_flood_of_header_fields_is_refused() {
    let many = |count: usize| -> String { (0..count).fold(String::new(), |all, n| all + &format!("X-{n}: 1\r\n")) };
    for head in [
        format!("HTTP/1.1 200 OK\r\n{}\r\n", many(20_000)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", many(400)),
        format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(1 << 20)),
        format!("HTTP/1.1 200 {}\r\n\r\n", "y".repeat(1 << 20)),
    ] {
        assert_eq!(fetch(tight(says(head).await)).await.unwrap_err(), because(connection::HEAD));
    }
    let endless = repeats(b"HTTP/1.1 200 OK\r\n", b"X-Flood: 1\r\n").await;
    assert_eq!(fetch(tight(endless).clone()).await.unwrap_err(), because(connection::HEAD));
}

#[tokio::test]
async fn control_bytes_of_header_fields_do_not_come_through() {
    let head = b"HTTP/1.1 200 OK\r\nServer: a\x1b[2Jb\r\nX-Eight: \xc2\x9b2J\r\nX-One: \x9b2J\r\nX-Tab: a\tb\r\n\
        X-Bidi: a\xe2\x80\xaeb\r\nX-Good: yes\r\nContent-Length: 0\r\n\r\n";
    let response = fetch(tight(says(&head[..]).await)).await.unwrap();
    assert_eq!(response.header("x-good"), Some("yes"));
    assert_eq!(response.header("x-eight"), Some("\u{fffd}2J"));
    assert_eq!(response.header("x-one"), Some("\u{fffd}2J"));
    assert!(response.headers.iter().all(|(_, value)| !value.chars().any(char::is_control)), "{response:?}");
    for head in [
        &b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n",
    ] {
        match fetch(tight(says(head).await)).await {
            Ok(response) => assert_eq!(response.header("x"), None),
            Err(failure) => assert_eq!(failure, because(connection::MALFORMED)),
        }
    }
}

#[tokio::test]
async fn two_lengths_interim_floods_and_bare_bodies_hang_nothing() {
    let both = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let response = fetch(tight(says(&both[..]).await)).await.unwrap();
    assert_eq!(response.text(), "hello");
    let differ = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!(fetch(tight(says(&differ[..]).await)).await.unwrap_err(), because(connection::MALFORMED));

    let mut interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000);
    interim.extend(answer("", b"late"));
    let outcome = fetch(here(says(interim).await)).await.unwrap();
    assert_eq!(outcome.text(), "late");
    let flood = repeats(b"", b"HTTP/1.1 100 Continue\r\nX-Y: 1\r\n\r\n").await;
    assert_eq!(fetch(tight(flood)).await.unwrap_err(), because(connection::HEAD));

    for (bytes, words) in [
        (&b"<html>HTTP/0.9 has no head</html>"[..], connection::MALFORMED),
        (b"SSH-2.0-OpenSSH_9.9\r\n", connection::MALFORMED),
        (b"HTTP/9.9 200 OK\r\n\r\n", connection::MALFORMED),
        (b"HTTP/1.1 99999 OK\r\n\r\n", connection::MALFORMED),
        (b"HTTP/1.1 200", connection::CLOSED),
        (b"", connection::CLOSED),
    ] {
        assert_eq!(fetch(tight(says(bytes).await)).await.unwrap_err(), because(words), "{bytes:?}");
    }
}

#[tokio::test]
async fn a_bomb_is_cut_at_the_limit_after_unpacking() {
    let bomb = gzip(&vec![0; 2 << 20]);
    let url = says(answer("Content-Encoding: gzip\r\n", &bomb)).await;
    let response = fetch(tight(url)).await.unwrap();
    assert_eq!((response.body.len(), response.cut), (64 << 10, Some(Cut::Bytes)));
    // Ten layers are not undone; the outermost bytes are what came.
    let mut layers = bomb;
    for _ in 0..9 {
        layers = gzip(&layers);
    }
    let encoding = format!("Content-Encoding: {}\r\n", ["gzip"; 10].join(", "));
    let response = fetch(tight(says(answer(&encoding, &layers)).await)).await.unwrap();
    assert_eq!((response.body, response.cut), (layers, Some(Cut::Encoded)));
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_limit_of_time() {
    let drip = |first: &'static [u8], drop: &'static [u8]| {
        serve(move |mut stream: TcpStream| async move {
            let _ = stream.write_all(first).await;
            while stream.write_all(drop).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
    };
    let start = Instant::now();
    let mut request = tight(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x").await.0);
    request.limits.time = Duration::from_millis(60);
    let response = fetch(request).await.unwrap();
    assert_eq!(response.cut, Some(Cut::Time));
    assert!(!response.body.is_empty());

    let mut request = tight(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x").await.0);
    request.limits.time = Duration::from_millis(60);
    assert_eq!(fetch(request).await.unwrap_err(), because(reason::TIMEOUT));

    // Silence in the middle.
    let speak = |mut stream: TcpStream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").await;
        std::future::pending::<()>().await;
    };
    let mut request = tight(serve(speak).await.0);
    request.limits.quiet = Duration::from_millis(40);
    let response = fetch(request).await.unwrap();
    assert_eq!((response.text().as_ref(), response.cut), ("abc", Some(Cut::Time)));
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn a_redirect_to_itself_is_one_answer() {
    let (url, heard) = serve(|mut stream: TcpStream| async move {
        let _ = stream.write_all(b"HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n").await;
        close(stream).await;
    })
    .await;
    assert_eq!(fetch(tight(url)).await.unwrap().status, 301);
    assert_eq!(heard.lock().unwrap().len(), 1);
}
