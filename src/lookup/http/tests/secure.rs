//! TLS and the proxy, against servers on loopback.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;

/// A made-up authority and what it issues.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    roots: RootCertStore,
}

impl Authority {
    fn new() -> Self {
        Self::called("Example Root")
    }

    fn called(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::OrganizationName, "Example Trust");
        params.distinguished_name.push(DnType::CommonName, name);
        let own = params.self_signed(&key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(own.der().clone()).unwrap();
        Self { issuer: Issuer::new(params, key), roots }
    }

    fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["Shop.Example".to_owned(), "*.shop.example".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2090, 1, 1);
        change(&mut params);
        let own = params.signed_by(&key, &self.issuer).unwrap();
        (own.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }
}

/// A TLS server that answers each request with "hello". Gives its port and the requests that it heard.
async fn secure((own, key): (CertificateDer<'static>, PrivateKeyDer<'static>)) -> (u16, Heard) {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let ears = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let said = request_of(&mut stream).await;
            if said.is_empty() {
                continue;
            }
            ears.lock().unwrap().push(said);
            let _ = stream.write_all(&answer("", b"hello")).await;
            close(stream).await;
        }
    });
    (port, heard)
}

#[tokio::test]
async fn a_good_certificate_is_trusted_and_read() {
    let authority = Authority::new();
    let (port, heard) = secure(authority.issue(|_| {})).await;
    let names = names(&[("shop.example", &["127.0.0.1"])]);
    let client = Client::trusting(Dialer::new(names, None), authority.roots.clone());
    for trust in [Trust::Demand, Trust::Record] {
        let mut request = here(format!("https://shop.example:{port}/").parse().unwrap());
        request.trust = trust;
        let response = client.fetch(request, &permit()).await.unwrap();
        assert_eq!(response.text(), "hello");
        let tls = response.tls.unwrap();
        assert_eq!(tls.verified, Ok(()));
        let certificate = tls.certificate().unwrap();
        assert_eq!(certificate.issuer, "Example Trust");
        assert_eq!(certificate.names, ["shop.example", "*.shop.example"]);
        assert_eq!((certificate.not_before, certificate.not_after), (Some(1_577_836_800), Some(3_786_912_000)));
        assert_eq!(certificate.sha256.unwrap().len(), 64);
    }
    assert_eq!(heard.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_bad_certificate_is_refused_or_written_down() {
    let authority = Authority::new();
    let old = authority.issue(|params| params.not_after = rcgen::date_time_ymd(2021, 1, 1));
    let early = authority.issue(|params| params.not_before = rcgen::date_time_ymd(2089, 1, 1));
    let other = authority.issue(|params| {
        params.subject_alt_names = vec![
            SanType::DnsName("other.example".try_into().unwrap()),
            SanType::IpAddress("192.0.2.7".parse().unwrap()),
        ];
    });
    let stranger = Authority::called("Stranger").issue(|_| {});
    let forged = Authority::new().issue(|_| {});
    let own = {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["shop.example".to_owned()]).unwrap();
        let own = params.self_signed(&key).unwrap();
        (own.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    };
    for (issued, words) in [
        (old, connection::EXPIRED),
        (early, connection::NOT_YET),
        (other, connection::OTHER_NAME),
        (stranger, connection::UNKNOWN_ISSUER),
        (forged, connection::BAD_SIGNATURE),
        (own, connection::UNKNOWN_ISSUER),
    ] {
        let (port, heard) = secure(issued).await;
        let names = names(&[("shop.example", &["127.0.0.1"])]);
        let client = Client::trusting(Dialer::new(names, None), authority.roots.clone());
        let mut request = here(format!("https://shop.example:{port}/").parse().unwrap());
        let refused = client.fetch(request.clone(), &permit()).await.unwrap_err();
        assert_eq!(refused.text(), format!("{}; {}", connection::DISTRUST.en, words.en));
        assert!(heard.lock().unwrap().is_empty(), "asked before the certificate was looked at");
        request.trust = Trust::Record;
        let response = client.fetch(request, &permit()).await.unwrap();
        let tls = response.tls.unwrap();
        assert_eq!(tls.verified, Err(words.en.to_owned()));
        assert!(tls.certificate().is_some());
    }
}

#[tokio::test]
async fn what_is_no_tls_fails() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let request = here(format!("https://{}/", listener.local_addr().unwrap()).parse().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        close(stream).await;
    });
    assert_eq!(fetch(request).await.unwrap_err(), because(connection::TLS));
    assert_eq!(certificate(b"no certificate"), None);
    assert_eq!(certificate(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0x80]), None);
}

/// A SOCKS5 server that answers for the web server as well. Gives its port and the targets that it was told.
async fn socks(login: Option<(&'static str, &'static str)>, status: u8) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let ears = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let ears = Arc::clone(&ears);
            let talk = async move {
                let mut greeting = [0; 3];
                stream.read_exact(&mut greeting).await?;
                let method = if login.is_some() { 2 } else { 0 };
                if greeting != [5, 1, method] {
                    stream.write_all(&[5, 0xff]).await?;
                    return Ok(());
                }
                stream.write_all(&[5, method]).await?;
                if let Some((user, password)) = login {
                    let mut texts = Vec::new();
                    stream.read_u8().await?;
                    for _ in 0..2 {
                        let length = stream.read_u8().await?;
                        let mut text = vec![0; length.into()];
                        stream.read_exact(&mut text).await?;
                        texts.push(String::from_utf8(text).unwrap());
                    }
                    let good = texts == [user, password];
                    stream.write_all(&[1, u8::from(!good)]).await?;
                }
                let mut head = [0; 4];
                stream.read_exact(&mut head).await?;
                let host = match head[3] {
                    1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
                    4 => std::net::Ipv6Addr::from(stream.read_u128().await?).to_string(),
                    _ => {
                        let length = stream.read_u8().await?;
                        let mut text = vec![0; length.into()];
                        stream.read_exact(&mut text).await?;
                        String::from_utf8(text).unwrap()
                    }
                };
                let port = stream.read_u16().await?;
                ears.lock().unwrap().push(format!("{host} {port}"));
                stream.write_all(&[5, status, 0, 3, 4, b'n', b'a', b'm', b'e', 0, 1]).await?;
                request_of(&mut stream).await;
                stream.write_all(&answer("", b"through")).await?;
                close(stream).await;
                Ok::<(), std::io::Error>(())
            };
            let _ = talk.await;
        }
    });
    (port, heard)
}

#[tokio::test]
async fn through_a_proxy_names_travel_and_no_dns_question_is_asked() {
    let (port, heard) = socks(None, 0).await;
    let names = names(&[]);
    let client = client(Arc::clone(&names), Some(format!("socks5h://127.0.0.1:{port}").parse().unwrap()));
    assert!(client.has_proxy());
    for url in ["http://Shop.Example./", "http://8.8.8.8/", "http://[2001:4860:4860::8888]/", "http://abc2.onion/"] {
        let response = client.fetch(Request::get(url.parse().unwrap()), &permit()).await.unwrap();
        assert_eq!((response.text().as_ref(), response.peer), ("through", None), "{url}");
    }
    for url in ["http://127.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://localhost/", "http://a..onion/"] {
        assert!(client.fetch(Request::get(url.parse().unwrap()), &permit()).await.is_err(), "{url}");
    }
    let heard = heard.lock().unwrap();
    assert_eq!(*heard, ["shop.example 80", "8.8.8.8 80", "2001:4860:4860::8888 80", "abc2.onion 80"]);
    assert_eq!(names.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_proxy_s_login_and_refusals_are_understood() {
    for (login, status, proxy, expected) in [
        (Some(("me", "word")), 0, "socks5h://me:word@", None),
        (Some(("me", "word")), 0, "socks5h://me:other@", Some(connection::PROXY_REFUSES)),
        (Some(("me", "word")), 0, "socks5h://", Some(connection::PROXY_REFUSES)),
        (None, 2, "socks5h://", Some(connection::PROXY_REFUSES)),
        (None, 4, "socks5h://", Some(connection::UNREACHABLE)),
        (None, 1, "socks5h://", Some(connection::PROXY)),
    ] {
        let (port, _) = socks(login, status).await;
        let proxy = format!("{proxy}127.0.0.1:{port}").parse().unwrap();
        let client = client(names(&[]), Some(proxy));
        let outcome = client.fetch(Request::get("http://shop.example/".parse().unwrap()), &permit()).await;
        assert_eq!(outcome.err(), expected.map(because), "{login:?} {status}");
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = client(names(&[]), Some(format!("socks5h://{closed}").parse().unwrap()));
    let request = Request::get("http://shop.example/".parse().unwrap());
    assert_eq!(client.fetch(request.clone(), &permit()).await.unwrap_err(), because(connection::PROXY_AWAY));
    let client = self::client(names(&[]), Some(Proxy::nowhere()));
    assert_eq!(client.fetch(request, &permit()).await.unwrap_err(), because(connection::PROXY_AWAY));
}
