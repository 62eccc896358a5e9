//! The settings of how many look-ups leave, and how fast, and of what analysis may do. Rows of `rows`, in a file of their own; they only read values.

use super::given::Given;
use super::rows::Setting;
use super::{Pace, Sandbox};
use crate::limits::row;
use crate::text::Words;

/// The most questions at once.
pub(super) const AT_ONCE: Setting = Setting {
    key: "lookups_at_once",
    about: Words::new(
        "The most look-ups under way at once, all services together.",
        "同時に行う照会の上限 (全サービス合計)。",
    ),
    takes: Words::new("a number from 1 to 256", " 1 から 256 までの整数"),
    default: "8",
    read: |settings, _, given| {
        settings.lookups_at_once = whole(given, 1, 256)?;
        Some(())
    },
    write: |settings| number(settings.lookups_at_once),
};

/// When a question is given up.
pub(super) const TIMEOUT: Setting = Setting {
    key: "lookup_timeout",
    about: Words::new(
        "Seconds after which a look-up is given up, where the service has no limit of its own.",
        "照会を打ち切るまでの秒数 (サービスごとの制限がない場合)。",
    ),
    takes: Words::new("a number from 1 to 120", " 1 から 120 までの整数"),
    default: "6",
    read: |settings, _, given| {
        settings.lookup_timeout = whole(given, 1, 120)?;
        Some(())
    },
    write: |settings| number(settings.lookup_timeout),
};

/// The pace of single services.
pub(super) const PACE: Setting = Setting {
    key: "pace",
    about: Words::new(
        "How fast single services are asked, in place of what their operators allow everybody: virustotal = \"at_once=8 per_minute=1000 per_day=0\". 0 is no limit.",
        "サービスごとの照会の速さ。各サービスの一般向け制限の代わりに使われます。例: virustotal = \"at_once=8 per_minute=1000 per_day=0\"。0 は無制限です。",
    ),
    takes: Words::new(
        "some of \"at_once=N per_minute=N per_day=N\"",
        " \"at_once=N per_minute=N per_day=N\" のうち必要なもの",
    ),
    default: "{}",
    read: |settings, name, given| {
        let pace = read_pace(given.text()?)?;
        settings.pace.insert(name.to_owned(), pace);
        Some(())
    },
    write: |settings| settings.pace.iter().map(|(id, pace)| (id.clone(), write_pace(pace))).collect(),
};

/// How much is read of one mail.
pub(super) const MESSAGE: Setting = Setting {
    key: "limits",
    about: Words::new(
        "How much of one mail is read, in place of what docs/limits.md lists: parts = 2000. What a limit leaves out is told with the mail.",
        "1 通のメールをどこまで読むか。docs/limits.md の既定値の代わりに使われます。例: parts = 2000。上限を超えて省いたものはメールごとに表示します。",
    ),
    takes: Words::new(
        "a limit of docs/limits.md with a number within its bounds",
        " docs/limits.md にある名前と、その範囲内の整数",
    ),
    default: "{}",
    read: |settings, name, given| {
        let row = row(name)?;
        settings.limits.insert(name.to_owned(), whole(given, row.least, row.most)?);
        Some(())
    },
    write: |settings| settings.limits.iter().map(|(key, value)| (key.clone(), value.to_string())).collect(),
};

/// Whether mails are analyzed in confined processes.
pub(super) const SANDBOX: Setting = Setting {
    key: "sandbox",
    about: Words::new(
        "Mails are analyzed in processes that have no files, no network and no other programs. With on, analysis goes on without them where they cannot be started, and says so; with require it does not.",
        "ファイル・ネットワーク・他のプログラムに触れられない隔離プロセスでメールを解析します。on では、起動できない場合にその旨を示して隔離なしで続けます。require では解析しません。",
    ),
    takes: Words::new("\"on\", \"off\" or \"require\"", " \"on\"、\"off\"、\"require\" のいずれか"),
    default: "\"on\"",
    read: |settings, _, given| {
        let text = given.text()?;
        settings.sandbox = SANDBOXES.iter().find_map(|(name, value)| (*name == text).then_some(*value))?;
        Some(())
    },
    write: |settings| {
        let name = SANDBOXES.iter().find_map(|(name, value)| (*value == settings.sandbox).then_some(*name));
        vec![(String::new(), toml::Value::from(name.unwrap_or_default()).to_string())]
    },
};

const SANDBOXES: [(&str, Sandbox); 3] = [("on", Sandbox::On), ("off", Sandbox::Off), ("require", Sandbox::Require)];

fn whole(given: &Given, least: u32, most: u32) -> Option<u32> {
    let number = given.number().filter(|number| number.fract() == 0.0)?;
    (f64::from(least)..=f64::from(most)).contains(&number).then_some(number as u32)
}

fn number(number: u32) -> Vec<(String, String)> {
    vec![(String::new(), number.to_string())]
}

fn read_pace(text: &str) -> Option<Pace> {
    let mut pace = Pace::default();
    for word in text.split_ascii_whitespace() {
        let (name, value) = word.split_once('=')?;
        let value = Some(value.parse::<u32>().ok().filter(|value| *value <= 1_000_000)?);
        match name {
            "at_once" if value.is_some_and(|value| (1..=256).contains(&value)) => pace.at_once = value,
            "per_minute" => pace.per_minute = value,
            "per_day" => pace.per_day = value,
            _ => return None,
        }
    }
    (pace != Pace::default()).then_some(pace)
}

fn write_pace(pace: &Pace) -> String {
    let words = [("at_once", pace.at_once), ("per_minute", pace.per_minute), ("per_day", pace.per_day)];
    let words: Vec<String> =
        words.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name}={value}"))).collect();
    toml::Value::String(words.join(" ")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_read_as_it_is_written_and_nonsense_is_refused() {
        let pace = Pace { at_once: Some(8), per_minute: None, per_day: Some(0) };
        assert_eq!(read_pace("at_once=8 per_day=0"), Some(pace));
        assert_eq!(write_pace(&pace), "\"at_once=8 per_day=0\"");
        for text in
            ["", "fast", "at_once=0", "at_once=300", "per_minute=-1", "per_minute=1.5", "per_hour=3", "per_day="]
        {
            assert_eq!(read_pace(text), None, "{text}");
        }
    }
}
