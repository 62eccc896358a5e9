//! TLS through rustls: certificates are demanded to be good, or only written down with the verdict. No session is
//! resumed and no early data sent, so that two visits cannot be tied to each other.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use std::sync::OnceLock;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsConnector, rustls};
use url::Host;

use super::{Tls, Trust};
use crate::facts::phrases::connection;
use crate::lookup::dial::Failure;
use crate::text::Words;

/// The most certificates that are kept of a chain.
pub(super) const CHAIN: usize = 8;

/// The roots that Mozilla's browsers trust, as the crate carries them.
pub(super) fn roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// Both ways to look at certificates, made with the first secure connection.
pub(super) struct Configs {
    roots: RootCertStore,
    ready: OnceLock<Option<Ready>>,
}

struct Ready {
    demand: Arc<ClientConfig>,
    record: Arc<ClientConfig>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl Configs {
    pub(super) fn new(roots: RootCertStore) -> Self {
        Self { roots, ready: OnceLock::new() }
    }

    fn ready(&self) -> Result<&Ready, Failure> {
        let make = || build(self.roots.clone());
        self.ready.get_or_init(make).as_ref().ok_or(Failure::Because(connection::TLS))
    }

    /// Makes a connection secure and looks at the certificates.
    pub(super) async fn shake_hands(
        &self,
        stream: TcpStream,
        host: &Host<&str>,
        trust: Trust,
    ) -> Result<(TlsStream<TcpStream>, Tls), Failure> {
        let ready = self.ready()?;
        let broken = || Failure::Because(connection::TLS);
        let name = match host {
            Host::Domain(name) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                ServerName::try_from(name.to_owned()).map_err(|_| broken())?
            }
            Host::Ipv4(four) => ServerName::from(std::net::IpAddr::V4(*four)),
            Host::Ipv6(six) => ServerName::from(std::net::IpAddr::V6(*six)),
        };
        let config = match trust {
            Trust::Demand => &ready.demand,
            Trust::Record => &ready.record,
        };
        let connector = TlsConnector::from(Arc::clone(config));
        let stream = connector.connect(name.clone(), stream).await.map_err(|error| {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
                Some(Error::InvalidCertificate(why)) => {
                    Failure::Name(format!("{}; {}", connection::DISTRUST.en, explain(why).en))
                }
                _ => broken(),
            }
        })?;
        let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let verified = match (trust, certificates.split_first()) {
            (Trust::Demand, _) => Ok(()),
            (Trust::Record, None) => Err(connection::BAD_CERTIFICATE.en.to_owned()),
            (Trust::Record, Some((own, others))) => {
                ready.verifier.verify_server_cert(own, others, &name, &[], UnixTime::now()).map(|_| ()).map_err(
                    |error| match error {
                        Error::InvalidCertificate(why) => explain(&why).en.to_owned(),
                        _ => connection::BAD_CERTIFICATE.en.to_owned(),
                    },
                )
            }
        };
        let chain = certificates.iter().take(CHAIN).map(|der| der.as_ref().to_vec()).collect();
        Ok((stream, Tls { chain, verified }))
    }
}

fn build(roots: RootCertStore) -> Option<Ready> {
    let crypto = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&crypto)).build().ok()?;
    let make = |verifier: Arc<dyn ServerCertVerifier>| {
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&crypto))
            .with_safe_default_protocol_versions()
            .ok()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Some(Arc::new(config))
    };
    let demand: Arc<WebPkiServerVerifier> = Arc::clone(&verifier);
    let recorder = Recorder { crypto: Arc::clone(&crypto) };
    Some(Ready { demand: make(demand)?, record: make(Arc::new(recorder))?, verifier })
}

/// Lets every certificate pass; it is judged after the handshake. That the other side holds the key to the certificate
/// that it shows is still demanded.
#[derive(Debug)]
struct Recorder {
    crypto: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.crypto.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.crypto.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.crypto.signature_verification_algorithms.supported_schemes()
    }
}

fn explain(why: &CertificateError) -> Words {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => connection::EXPIRED,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => connection::NOT_YET,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => connection::OTHER_NAME,
        CertificateError::UnknownIssuer => connection::UNKNOWN_ISSUER,
        CertificateError::BadSignature => connection::BAD_SIGNATURE,
        CertificateError::Revoked => connection::REVOKED,
        CertificateError::Other(other) => from_webpki(other),
        _ => connection::BAD_CERTIFICATE,
    }
}

/// What the verifier has no word of its own for: a certificate of an authority shown as a server's is what many who
/// sign for themselves make.
fn from_webpki(other: &OtherError) -> Words {
    let text = other.to_string();
    if text.contains("CaUsedAsEndEntity") { connection::UNKNOWN_ISSUER } else { connection::BAD_CERTIFICATE }
}
