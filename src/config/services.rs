//! The setting that names the services which may be asked.

use super::given::Given;
use super::rows::Setting;
use crate::text::Words;

/// Every service that can be named. Those with a key are asked only with one (see `keys.toml`).
pub const SERVICES: [&str; 11] = [
    "virustotal",
    "urlscan",
    "abuseipdb",
    "safebrowsing",
    "phishtank",
    "internetdb",
    "crtsh",
    "dnsdb",
    "circl",
    "mnemonic",
    "cymru",
];

/// The row of the setting.
pub(super) const ROW: Setting = Setting {
    key: "services",
    about: Words::new(
        "Services that may be asked from the reach thirdparty on: virustotal, urlscan, abuseipdb, safebrowsing, phishtank, dnsdb \
         and circl want a key (GOSANKE_KEY_VIRUSTOTAL ..., or keys.toml beside this file, for your eyes only); internetdb, crtsh, \
         mnemonic and cymru (routes, over DNS) want none. An empty list asks nobody but name servers: no registry either.",
        "範囲が thirdparty 以上のときに問い合わせてよいサービス。virustotal、urlscan、abuseipdb、safebrowsing、phishtank、dnsdb、\
         circl にはキーが必要です (環境変数 GOSANKE_KEY_VIRUSTOTAL など、またはこのファイルと同じ場所の、本人だけが読める \
         keys.toml)。internetdb、crtsh、mnemonic、cymru (経路情報、DNS 経由) には不要です。空の一覧ではネームサーバー以外（登録機関を含む）には問い合わせません。",
    ),
    takes: Words::new("a list of their names", "サービス名の一覧"),
    default: "[\"crtsh\", \"mnemonic\", \"cymru\"]",
    read: |settings, _, given| {
        settings.services = named(given)?;
        Some(())
    },
    write: |settings| vec![(String::new(), toml::Value::from(settings.services.clone()).to_string())],
};

/// Names of services, each once.
fn named(given: &Given) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in given.list(',')? {
        let name = name.trim().to_owned();
        if !SERVICES.contains(&name.as_str()) {
            return None;
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names)
}
