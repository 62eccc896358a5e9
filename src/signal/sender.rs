//! Who the mail says it is from: broken and several From values, foreign addresses and brands in display names, answers
//! that go elsewhere.
//!
//! These rules look at names and addresses only; what the way or the signatures say of them is told elsewhere.

use super::{Family, Hit, Kind, Rule, Seen, brand, gate, lexicon, lookalike};
use crate::evidence::{Domain, Evidence, ReadingKind};
use crate::facts::FactSet;
use crate::message::clip;
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "from-list-malformed",
        family: Family::Sender,
        title: Words::new("From holds an entry without an address", "From にアドレスのない項目がある"),
        reason: Words::new(
            "The From field is a list whose entry without an address comes beside {0}. Some programs then show no sender or only the name. Ordinary programs do not write this.",
            "From 欄にアドレスのない項目が混ざっています（読み取れる差出人は {0}）。差出人が空になったり名前だけになったりするメールソフトがあります。普通の送信ソフトはこう書きません。",
        ),
        innocent: Words::new(
            "An old or self-written program put a company name with a comma into From without quotation marks.",
            "社名に含まれるカンマを引用符で囲まない、古いソフトや自作プログラムが送った場合です。",
        ),
        weight: 2.8,
        kind: Kind::Direct,
        references: &["RFC 5322 section 3.6.2", "phishing_pot base rate: 20.2 % of phishing, 0 of 2,550 ham"],
        check: from_list_malformed,
    },
    Rule {
        id: "several-from",
        family: Family::Sender,
        title: Words::new("More than one sender can be read", "差出人が複数読み取れる"),
        reason: Words::new(
            "Depending on the program, the sender is {0} or {1}, of different organizations. Such mails are built so that the filter checks one sender and the reader sees the other.",
            "読むソフトにより差出人が {0} にも {1} にもなり、組織が異なります。検査される差出人と表示される差出人をずらす手口です。",
        ),
        innocent: Words::new(
            "A gateway or list rewrote the sender and left the old field in place.",
            "ゲートウェイやメーリングリストが差出人を書き換え、元の欄を残した場合です。",
        ),
        weight: 2.5,
        kind: Kind::Direct,
        references: &[
            "RFC 5322 section 3.6.2",
            "Composition Kills, USENIX Security 2020 (A6 to A13)",
            "phishing_pot base rate: 2.2 % of phishing, 0 of 2,550 ham",
        ],
        check: several_from,
    },
    Rule {
        id: "name-holds-foreign-address",
        family: Family::Sender,
        title: Words::new("Display name holds another address", "表示名に別のアドレスが書かれている"),
        reason: Words::new(
            "The display name shows {0}, but the mail is from {1}. Many programs show only the name.",
            "表示名には {0} とありますが、実際の差出人は {1} です。表示名しか見せないメールソフトが多いことを突いています。",
        ),
        innocent: Words::new(
            "A help desk, booking site or list that writes on behalf of the person whose address it shows.",
            "問い合わせ窓口、予約サイト、メーリングリストなどが、本人に代わって送っている場合です。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &[
            "RFC 5322 section 3.4",
            "phishing_pot base rate: 1.1 % of phishing, 0.3 % of ham",
            "rspamd SPOOF_DISPLAY_NAME",
        ],
        check: name_holds_foreign_address,
    },
    Rule {
        id: "sender-punycode",
        family: Family::Sender,
        title: Words::new("Sender's domain in letters of another script", "差出人ドメインに英数字以外の文字"),
        reason: Words::new(
            "The address is in {0}, which is written with letters outside ASCII; some look like others.",
            "アドレスのドメイン {0} は英数字以外の文字で書かれています。見た目の似た文字が使われることがあります。",
        ),
        innocent: Words::new(
            "The organization really has a name in that script; read it letter by letter.",
            "組織名が本当にその文字を使う場合です。一文字ずつ確かめてください。",
        ),
        weight: 1.8,
        kind: Kind::Heuristic,
        references: &["RFC 3492", "Unicode TS 39", "ESpoofing A12: homograph sender domain"],
        check: sender_punycode,
    },
    Rule {
        id: "name-imitates-brand",
        family: Family::Sender,
        title: Words::new("Name of a brand, address of someone else", "名前は有名ブランド、アドレスは別人"),
        reason: Words::new(
            "The display name names {0}, but the address is in {1}, which is not among the domains of {0}.",
            "表示名は {0} を名乗っていますが、アドレスの {1} は {0} の公式ドメインではありません。",
        ),
        innocent: Words::new(
            "A reseller, a branch or a service that the brand hired; the brand's own site names them.",
            "代理店、現地法人、委託先が送った場合です。公式サイトで委託先を確かめられます。",
        ),
        weight: 2.5,
        kind: Kind::Correlated,
        references: &["Sublime rules: brand impersonation", "rspamd issue 4984"],
        check: name_imitates_brand,
    },
    Rule {
        id: "brand-on-list",
        family: Family::Sender,
        title: Words::new(
            "A brand writes about your account over a list",
            "ブランドの連絡がメーリングリスト経由で届く",
        ),
        reason: Words::new(
            "The mail is in the name of {0} and about an account, but came over a mailing list. Companies write to their customers, not to lists.",
            "{0} を名乗りアカウントの話をしていますが、メーリングリスト経由です。企業は顧客本人に送り、メーリングリストには送りません。",
        ),
        innocent: Words::new(
            "An employee of the company who takes part in the list, or a list of the company's own users.",
            "その企業の社員が参加している場合や、企業自身の利用者向けリストの場合です。",
        ),
        weight: 2.0,
        kind: Kind::Correlated,
        references: &["RFC 2919", "DMARC rewriting of From by list software (via)"],
        check: brand_on_list,
    },
    Rule {
        id: "name-in-disguise",
        family: Family::Sender,
        title: Words::new("Letters in disguise in name or subject", "名前や件名の文字を偽装している"),
        reason: Words::new(
            "\"{0}\" is written with invisible or decorative characters between or instead of letters, so that filters do not read it as people do.",
            "「{0}」には不可視文字や装飾文字が混ぜてあり、人には読めてもフィルターには読めないようにしてあります。",
        ),
        innocent: Words::new(
            "A name in a script that needs joiners, or a sender who likes decorated letters.",
            "結合文字を必要とする言語の名前や、飾り文字を好む送信者の場合です。",
        ),
        weight: 1.8,
        kind: Kind::Direct,
        references: &["SpamAssassin UNICODE_OBFU_ZW", "Unicode TR 36"],
        check: name_in_disguise,
    },
    Rule {
        id: "sender-address-broken",
        family: Family::Sender,
        title: Words::new("Sender address that cannot exist", "存在し得ない差出人アドレス"),
        reason: Words::new(
            "The address {0} holds characters that no mail address may have: nobody can answer to it.",
            "差出人アドレス {0} には使えない文字が含まれており、返信できません。",
        ),
        innocent: Words::new(
            "A list or archive that masks addresses on purpose.",
            "アドレスを意図的に伏せ字にするメーリングリストや保存サービスの場合です。",
        ),
        weight: 1.5,
        kind: Kind::Direct,
        references: &["RFC 5321 section 4.1.2", "rspamd FROM_INVALID"],
        check: sender_address_broken,
    },
    Rule {
        id: "brand-in-sender-domain",
        family: Family::Sender,
        title: Words::new("Brand's name inside a foreign sender domain", "差出人ドメインにブランド名が紛れている"),
        reason: Words::new(
            "The sender's domain {0} carries the name of {1} in a label, but does not belong to it.",
            "差出人のドメイン {0} には {1} の名前が入っていますが、{1} のドメインではありません。",
        ),
        innocent: Words::new(
            "A user group, a reseller or a product of that name; a short brand name can also be an ordinary word.",
            "利用者団体、販売店、同名の製品などの場合です。短いブランド名は一般の語と重なることもあります。",
        ),
        weight: 2.0,
        kind: Kind::Correlated,
        references: &["SpamAssassin SPOOF_COM2COM"],
        check: brand_in_sender_domain,
    },
    Rule {
        id: "sender-lookalike",
        family: Family::Sender,
        title: Words::new("Sender domain looks like a brand's", "差出人ドメインがブランドに酷似"),
        reason: Words::new(
            "The sender's domain {0} looks like {1}, but is another one: a letter is changed or stands in for another.",
            "差出人のドメイン {0} は {1} に似せてありますが別物です。文字が差し替えられています。",
        ),
        innocent: Words::new(
            "Another organization that happens to have a name one letter away; look at its site's age and owner.",
            "偶然一文字違いの別組織の場合です。サイトの開設時期と所有者を調べると分かります。",
        ),
        weight: 3.0,
        kind: Kind::Correlated,
        references: &["Unicode TS 39", "Sublime rules: look-alike domains"],
        check: sender_lookalike,
    },
    Rule {
        id: "name-claims-office",
        family: Family::Sender,
        title: Words::new("Name claims your own mail administration", "表示名がメール管理者を名乗る"),
        reason: Words::new(
            "The display name {0} claims to be a mail system or its administration, but the address is in {1}, not in a domain that the mail is addressed to.",
            "表示名 {0} はメールシステムや管理者を名乗っていますが、アドレスは {1} で、宛先のドメインではありません。",
        ),
        innocent: Words::new(
            "Your provider's or your company's mail system really sends from another domain.",
            "契約先や勤務先の管理システムが、実際に別のドメインから送っている場合です。",
        ),
        weight: 1.5,
        kind: Kind::Correlated,
        references: &["write-ups of mails aimed at mail server administrators, 2022"],
        check: name_claims_office,
    },
    Rule {
        id: "own-domain-unproved",
        family: Family::Sender,
        title: Words::new("From your own domain, without proof", "自ドメインを名乗るが証明がない"),
        reason: Words::new(
            "The mail claims to be from the domain it is addressed to ({0}), but came in from outside and no signature or check on your side vouches for it.",
            "宛先と同じドメイン {0} を名乗っていますが、外部から届いており、受信側の認証でも裏付けられていません。",
        ),
        innocent: Words::new(
            "A scanner, a web form or an outside service that your own organization lets write in its name, without a signature.",
            "複合機、Web フォーム、外部サービスなど、自組織が署名なしでの送信を許している場合です。",
        ),
        weight: 1.0,
        kind: Kind::Correlated,
        references: &["RFC 7489 section 3.1"],
        check: own_domain_unproved,
    },
    Rule {
        id: "name-unlike-address",
        family: Family::Sender,
        title: Words::new("Name and address have nothing in common", "表示名とアドレスに共通点がない"),
        reason: Words::new(
            "The display name {0} has no word in common with the address {1}, although the mail has links to press. People and companies usually appear in their address.",
            "表示名 {0} とアドレス {1} に共通する語がなく、リンクを押させようとしています。普通は人名や会社名がアドレスにも現れます。",
        ),
        innocent: Words::new(
            "A shared or old address, or a nickname.",
            "共用アドレス、昔からのアドレス、あだ名などの場合です。",
        ),
        weight: 0.9,
        kind: Kind::Heuristic,
        references: &["rspamd FROM_NEQ_DISPLAY_NAME (idea)"],
        check: name_unlike_address,
    },
    Rule {
        id: "sender-random",
        family: Family::Sender,
        title: Words::new("Sender address looks made by a machine", "差出人アドレスが機械的な文字列"),
        reason: Words::new(
            "The part {0} of the sender's address looks like random characters.",
            "差出人アドレスの {0} は無作為な文字列に見えます。",
        ),
        innocent: Words::new(
            "Services make such addresses to follow up bounces or to hide a customer's real one.",
            "不達の追跡や利用者のアドレスを隠すために、サービスが自動で作る場合です。",
        ),
        weight: 0.3,
        kind: Kind::Heuristic,
        references: &["SpamAssassin HK_RANDOM_FROM (idea)"],
        check: sender_random,
    },
];

fn from_list_malformed(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    evidence.from_malformed.then(|| Hit::new([&gate::written(from)], vec![from.span]))
}

/// The first further reading of one of the kinds whose organization is not that of the first.
fn other_reading(evidence: &Evidence, kinds: &[ReadingKind]) -> Option<Hit> {
    let main = evidence.main_from()?;
    let own = main.domain.as_ref()?;
    let other = evidence.from.iter().skip(1).take(50).find(|reading| {
        let foreign = |domain: &Domain| domain.registrable.is_some() && !gate::related(own, domain);
        kinds.contains(&reading.kind) && reading.address.domain.as_ref().is_some_and(foreign)
    })?;
    let (shown, hidden) = (&main.address, &other.address.address);
    Some(Hit::new([shown, hidden], vec![main.span, other.address.span]))
}

fn several_from(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    use ReadingKind::{FurtherAddress, FurtherField, Malformed, OddName};
    other_reading(evidence, &[FurtherField, FurtherAddress, OddName, Malformed])
}

fn name_holds_foreign_address(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // Lists write `x@y.example via List <list@...>` so that DMARC does not fail.
    if gate::listed(evidence) {
        return None;
    }
    let mut hit = other_reading(evidence, &[ReadingKind::InName, ReadingKind::InEncodedWord])?;
    hit.values.reverse();
    hit.spans.dedup();
    Some(hit)
}

fn sender_punycode(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    let host = &from.domain.as_ref()?.host;
    // A local part is never written in Punycode: RFC 6531 lets it hold any letter.
    let local = from.address.rsplit_once('@').map(|(local, _)| local).filter(|local| local.starts_with("xn--"));
    let label = host.split('.').any(|label| label.starts_with("xn--"));
    local.or(label.then_some(host.as_str())).map(|odd| Hit::new([odd], vec![from.span]))
}

fn name_imitates_brand(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let (brand, author) = gate::borrowed(evidence)?;
    let domain = author.domain.as_ref()?;
    Some(Hit::new([brand.names.first()?, &domain.host], vec![author.span]))
}

fn brand_on_list(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let brand = gate::brand_on_list(evidence)?;
    let mut spans = gate::from_span(evidence);
    spans.extend(evidence.shape.list);
    Some(Hit::new([brand.names.first()?], spans))
}

fn name_in_disguise(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let name = evidence.main_from().map(|from| (from.name.as_str(), from.span));
    let subject = (evidence.subject.as_str(), evidence.shape.subject);
    let (text, span) = name.into_iter().chain([subject]).find(|(text, _)| disguised(text))?;
    let shown: String = brand::undisguised(text).chars().take(80).collect();
    Some(Hit::new([&shown], vec![span]))
}

/// Two or more characters that break words apart beside Latin letters, three letters of mathematics, or a word whose
/// letters all stand alone.
fn disguised(text: &str) -> bool {
    let start = text.char_indices().nth(300).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let mut alone = 0;
    let spaced = text.split(' ').take(100).any(|word| {
        let single = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic());
        alone = if single { alone + 1 } else { 0 };
        alone >= 5
    });
    if spaced || start.is_ascii() {
        return spaced;
    }
    let letters: Vec<char> = start.chars().collect();
    let broken = letters
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_alphabetic() && brand::disguises(*b) || brand::disguises(*a) && b.is_ascii_alphabetic()))
        .count();
    let styled = letters.iter().filter(|c| decorated(**c)).count();
    broken >= 3 || styled >= 3
}

/// A letter of mathematics or phonetics, or in a circle. Wide letters are ordinary in Japanese.
fn decorated(letter: char) -> bool {
    !('\u{ff01}'..='\u{ff5e}').contains(&letter) && crate::evidence::styled(letter).is_some()
}

fn sender_address_broken(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    let (local, domain) = from.address.rsplit_once('@')?;
    // Letters of other scripts are fine since RFC 6531; a name without a dot is a local host.
    let odd = |c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let literal = domain.starts_with('[') && domain.ends_with(']');
    let broken =
        !literal && (domain.chars().any(odd) || domain.contains("..") || domain.starts_with('.') || domain.is_empty());
    (broken || local.starts_with('<') || local.contains('<')).then(|| Hit::new([&from.address], vec![from.span]))
}

fn brand_in_sender_domain(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let domain = evidence.from_domain()?;
    let (brand, _) = brand::in_label(domain)?;
    Some(Hit::new([&domain.host, brand.names.first()?], gate::from_span(evidence)))
}

fn sender_lookalike(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let domain = evidence.from_domain()?;
    let (_, real) = lookalike::looks_like(domain)?;
    Some(Hit::new([&domain.host, real], gate::from_span(evidence)))
}

fn name_claims_office(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    // The null path marks a real notice of a mail system (RFC 5321 section 4.5.5).
    let bounce = evidence.triad.return_path.as_ref().is_some_and(|path| path.address.is_empty());
    if bounce || gate::listed(evidence) || gate::of_recipient(evidence, domain) || gate::owner(evidence).is_some() {
        return None;
    }
    let word = lexicon::in_name(lexicon::OFFICE, evidence)?;
    let own = domain.host.split('.').any(|label| word.eq_ignore_ascii_case(label));
    (!own).then(|| Hit::new([&from.name, &domain.host], vec![from.span]))
}

fn own_domain_unproved(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    let domain = evidence.from_domain()?;
    if gate::free_mail(domain) || gate::listed(evidence) || gate::forwarded(evidence) || gate::aligned(evidence) {
        return None;
    }
    // Without any check on the recipient's side there is nothing that could have vouched: old and local mail.
    let checked = evidence.auth.iter().any(|claim| claim.inside);
    let proved = evidence
        .auth
        .iter()
        .any(|claim| claim.inside && claim.aligned && claim.result == crate::evidence::AuthResult::Pass);
    let (_, hop) = gate::delivered_by(evidence)?;
    (checked && !proved && gate::of_recipient(evidence, domain)).then(|| {
        Hit::new([&domain.host], vec![evidence.main_from().map(|from| from.span).unwrap_or_default(), hop.span])
    })
}

fn name_unlike_address(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    if gate::listed(evidence) || gate::answering(evidence) {
        return None;
    }
    let from = evidence.main_from()?;
    gate::telling(evidence).next()?;
    let name = if from.name.is_ascii() {
        clip(&from.name, 200).to_ascii_lowercase()
    } else {
        from.name.chars().take(200).collect::<String>().to_lowercase()
    };
    let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 3 && word.is_ascii());
    // A name in another script, or made of initials, cannot be compared.
    let first = words().find(|word| word.len() >= 4)?;
    // Known services speak in their users' names, colleagues in their office's; and a proved sender whose pages bear the name
    // is who he says.
    let proved = gate::aligned(evidence);
    let known = from.domain.as_ref().is_some_and(|own| {
        !gate::free_mail(own)
            && !own.private_suffix
            && (gate::owner(evidence).is_some() || gate::of_recipient(evidence, own))
    });
    let on_page = || {
        gate::named(evidence).is_empty()
            && gate::telling(evidence).any(|(_, url)| {
                let label = url.domain.organization().split('.').next().unwrap_or_default();
                label.len() >= 4 && words().any(|word| word.len() >= 4 && label.contains(word))
            })
    };
    if proved && (known || on_page()) {
        return None;
    }
    let address: String =
        from.address.chars().filter(char::is_ascii_alphanumeric).take(200).collect::<String>().to_ascii_lowercase();
    let initials =
        || -> String { name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next()).collect() };
    let abbreviated = |initials: String| initials.len() >= 3 && address.contains(&initials);
    let common = words().any(|word| word.get(..4.min(word.len())).is_some_and(|start| address.contains(start)))
        || abbreviated(initials())
        || from.name.contains('@');
    (!common && !address.is_empty() && !first.is_empty())
        .then(|| Hit::new([&from.name, &from.address], vec![from.span]))
}

fn sender_random(evidence: &Seen<'_>, _: &FactSet) -> Option<Hit> {
    // Services make addresses for each mail and sign them.
    if gate::listed(evidence) || gate::aligned(evidence) || gate::service(evidence) {
        return None;
    }
    let from = evidence.main_from()?;
    let domain = from.domain.as_ref()?;
    let (local, _) = from.address.rsplit_once('@')?;
    let label = domain.organization().split('.').next().unwrap_or_default();
    let odd = local.split(['.', '-', '_', '+']).chain([label]).find(|piece| random(piece))?;
    Some(Hit::new([odd], vec![from.span]))
}

/// The word looks like random characters: digits and letters or capitals and small letters change places again and
/// again, or there are hardly any vowels.
fn random(word: &str) -> bool {
    let letters: Vec<char> = word.chars().take(64).collect();
    if letters.len() < 7 || !word.is_ascii() || word.starts_with("xn--") {
        return false;
    }
    let changes =
        letters.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit())).count();
    let cases = letters
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    let vowels = letters.iter().filter(|c| "aeiouyAEIOUY".contains(**c)).count();
    let alphabetic = letters.iter().filter(|c| c.is_ascii_alphabetic()).count();
    changes >= 4 || cases >= 3 || alphabetic >= 8 && vowels * 8 <= alphabetic
}
