//! What other filters said: verdicts count only where the recipient's own side wrote them, and nothing that a
//! filter wrote ever speaks for a mail, since whoever sends can type it.

use super::{Family, Hit, Kind, Rule, Seen};
use crate::evidence::{FilterSaid, FilterVerdict};
use crate::facts::FactSet;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "filter-called-phishing",
        family: Family::Structure,
        title: Words::new("The recipient's filter called it phishing", "受信側のフィルターがフィッシングと判定"),
        reason: Words::new(
            "{0}, on the recipient's side, wrote {1}: it took the mail for phishing, malware or a forged sender.",
            "受信側の {0} が {1} 欄に、フィッシング・マルウェア・なりすましのいずれかと記録しています。",
        ),
        innocent: Words::new(
            "Filters err, mostly on mail that was forwarded.",
            "フィルターの誤判定の場合です。転送メールでよく起こります。",
        ),
        weight: 1.5,
        kind: Kind::Correlated,
        references: &["Microsoft, anti-spam message headers: CAT", "Rspamd upstream_spam_filters"],
        check: called_phishing,
    },
    Rule {
        id: "filter-called-spam",
        family: Family::Structure,
        title: Words::new("The recipient's filter called it spam", "受信側のフィルターが迷惑メールと判定"),
        reason: Words::new(
            "{0}, on the recipient's side, wrote {1}: it took the mail for spam.",
            "受信側の {0} が {1} 欄に、迷惑メールと記録しています。",
        ),
        innocent: Words::new(
            "Filters err, and advertising that was ordered is called spam as well.",
            "フィルターの誤判定や、登録済みの広告メールの場合です。",
        ),
        weight: 0.8,
        kind: Kind::Correlated,
        references: &["Microsoft, anti-spam message headers: SCL, SFV", "Rspamd upstream_spam_filters"],
        check: called_spam,
    },
    Rule {
        id: "filter-cleared-unproved",
        family: Family::Structure,
        title: Words::new("It brings its own all-clear", "「迷惑メールではない」という記載が持ち込まれている"),
        reason: Words::new(
            "{1} says in the name of {0} that it is no spam, but nothing shows that the recipient's side wrote that. It counts for nothing.",
            "{1} 欄に {0} の名で「迷惑メールではない」とありますが、受信側が書いたという裏付けはありません。判定には使いません。",
        ),
        innocent: Words::new(
            "The sender's own server or a mailing list checks what it sends.",
            "送信側のサーバーやメーリングリストが検査した場合にも付きます。",
        ),
        weight: 0.0,
        kind: Kind::Direct,
        references: &["RFC 5451 section 7.1, on results that senders forge"],
        check: cleared_unproved,
    },
];

fn inside<'a>(evidence: &Seen<'a>, test: impl Fn(FilterVerdict) -> bool) -> Option<&'a FilterSaid> {
    evidence.evidence().filters.iter().find(|said| said.inside && test(said.verdict))
}

fn told(said: &FilterSaid) -> Hit {
    Hit::new([said.filter, &said.field], vec![said.span])
}

fn called_phishing(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    inside(evidence, |verdict| matches!(verdict, FilterVerdict::Phishing | FilterVerdict::Malware)).map(told)
}

fn called_spam(evidence: &Seen<'_>, facts: &FactSet) -> Option<Hit> {
    let said = inside(evidence, |verdict| verdict == FilterVerdict::Spam)?;
    called_phishing(evidence, facts).is_none().then(|| told(said))
}

fn cleared_unproved(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    evidence.filters.iter().find(|said| !said.inside && said.verdict == FilterVerdict::Clean).map(told)
}
