//! The setting that names the block lists over DNS which may be asked.

use super::given::Given;
use super::rows::Setting;
use crate::facts::blocklists::{BlockList, OWN_LISTS, known};
use crate::text::Words;

/// The row of the setting.
pub(super) const ROW: Setting = Setting {
    key: "dns_lists",
    about: Words::new(
        "Block lists over DNS that may be asked from the reach thirdparty on: zen, dbl, surbl, uribl, spamcop, barracuda (which \
         wants you to register first), and lists of your own by their zone, with =names behind it where they list domains. \
         Most refuse questions through public name servers: see resolver; with a key of Spamhaus (GOSANKE_KEY_SPAMHAUS, or \
         spamhaus in keys.toml) zen and dbl are asked by it. An empty list asks none.",
        "範囲が thirdparty 以上のときに問い合わせてよい DNS ブロックリスト。zen、dbl、surbl、uribl、spamcop、barracuda (事前登録が\
         必要) のほか、独自のリストをゾーン名で指定できます（ドメインのリストには =names を付けます）。多くのリストは公開ネーム\
         サーバー経由の照会を拒否します（resolver を参照）。Spamhaus のキー（GOSANKE_KEY_SPAMHAUS、または keys.toml の spamhaus）\
         があれば、zen と dbl はそのキーで照会します。空の一覧では照会しません。",
    ),
    takes: Words::new(
        "a list such as [\"zen\", \"dnsbl.example.net\", \"uri.example.net=names\"]",
        "一覧。例: [\"zen\", \"dnsbl.example.net\", \"uri.example.net=names\"]",
    ),
    default: "[\"zen\", \"dbl\", \"surbl\", \"uribl\", \"spamcop\"]",
    read: |settings, _, given| {
        settings.dns_lists = named(given)?;
        Some(())
    },
    write: |settings| vec![(String::new(), toml::Value::from(settings.dns_lists.clone()).to_string())],
};

/// What names a list, each once.
fn named(given: &Given) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in given.list(',')? {
        let name = name.trim().to_owned();
        BlockList::named(&name)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (names.len() <= known().len() + OWN_LISTS).then_some(names)
}
