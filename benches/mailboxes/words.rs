//! Chance, words and sentences for the made-up mails. Everything follows from a number, so that a mail is the same bytes in
//! every mailbox; names are reserved ones (RFC 2606), addresses from documentation (RFC 5737, RFC 3849).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// A source of numbers: SplitMix64, the same on every machine.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    pub fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.part() * end as f64) as usize
    }

    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    pub fn once_in(&mut self, part: f64) -> bool {
        self.part() < part
    }

    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).take(count).collect()
    }

    pub fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.below(16)])).collect()
    }

    pub fn token(&mut self, bytes: usize) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(bytes))
    }

    pub fn base64(&mut self, bytes: usize) -> String {
        STANDARD.encode(self.bytes(bytes))
    }
}

const ENGLISH: &str = "harbor lantern meadow signal copper window garden letter river market bridge winter paper engine ticket \
    station morning weather village kitchen travel record answer number report summer pocket corner button silver minute second \
    mountain island forest village teacher student doctor reader writer driver printer folder member partner manager customer \
    account invoice payment delivery package service support network system update version release meeting project program \
    the a an of to in for on with from by at as and or but if when while because before after until about over under between \
    we you they it this that these those our your their is are was were be been has have had will would can could should may \
    new old good better early late small large open closed quick slow bright quiet ready final next last first public private \
    send read write open close find keep move call ask tell show need want use help start stop check change choose order pay";
const LATIN: &str = "über für Grüße Straße schön möchte können Änderung Rückfrage Bestätigung größer déjà été réunion société façade \
    événement préférence français où très señor mañana dirección número información también envío película você informação não \
    três ligação der die das und nicht mit auf eine wir les des une pour avec dans vous nous los para con por que com em";
/// Sentences of the usual Japanese mail.
pub const JAPANESE: &[&str] = &[
    "平素より格別のお引き立てを賜り、誠にありがとうございます。",
    "下記の内容にてご注文を承りました。",
    "明日の打ち合わせは十五時開始に変更となりました。",
    "添付の資料をご確認ください。",
    "配送状況は下のリンクからご覧いただけます。",
    "本メールは送信専用のため、ご返信いただけません。",
    "ご不明な点がございましたら窓口までお問い合わせください。",
    "会員情報の更新をお願いいたします。",
    "春の新商品を一足先にご案内いたします。",
    "引き続きよろしくお願いいたします。",
    "担当の山田でございます。",
    "請求書をお送りいたします。",
];
pub const JAPANESE_SUBJECTS: &[&str] =
    &["ご注文の確認", "打ち合わせの件", "【重要】お知らせ", "資料の送付", "請求書のご案内", "配送のお知らせ"];
pub const SENDERS: &[&str] = &[
    "harborbank.example",
    "lanternmail.example",
    "coppershop.example",
    "riverpost.example",
    "meadowfood.example",
    "northline.example",
    "ticketyard.example",
    "papertrail.example",
    "silverfit.example",
    "bridgecode.example",
];
pub const PEOPLE: &[&str] =
    &["mail.example", "office.example", "school.example", "home.example.net", "team.example.org"];
pub const BAD: &[&str] = &[
    "harborbank-check.example",
    "login.riverpost.example.verify.invalid",
    "xn--hrborbank-z7a.example",
    "silver-parcel.test",
];
pub const FIRST: &[&str] =
    &["Anna", "Boris", "Chiara", "Dario", "Elif", "Frida", "Goran", "Hana", "Ivo", "Jana", "Kenji", "Lena"];
pub const LAST: &[&str] =
    &["Aalto", "Bauer", "Conti", "Duval", "Engel", "Ferro", "Grande", "Holm", "Ito", "Jonker", "Kral", "Lund"];
pub const OWNER: &str = "me@inbox.example";

/// Sentences and bytes that are made once.
pub struct Stock {
    english: Vec<String>,
    latin: Vec<String>,
    pub words: Vec<&'static str>,
    pub blob: Vec<u8>,
}

impl Stock {
    pub fn new() -> Self {
        let mut chance = Chance::new(0x5354_4f43_4b00);
        let words: Vec<&str> = ENGLISH.split_whitespace().collect();
        let latin: Vec<&str> = LATIN.split_whitespace().collect();
        let mut sentence = |words: &[&str]| {
            let count = chance.between(6, 22);
            let line = (0..count).map(|_| chance.pick(words)).collect::<Vec<_>>().join(" ");
            let mut letters = line.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            format!("{}{}", first.chain(letters).collect::<String>(), chance.pick(&[".", ".", ".", "!", "?"]))
        };
        let english = (0..1_500).map(|_| sentence(&words)).collect();
        let latin = (0..800).map(|_| sentence(&latin)).collect();
        let blob = Chance::new(1).bytes(1 << 21);
        Self { english, latin, words, blob }
    }

    /// Paragraphs of about so many bytes, in lines that mailers write.
    pub fn text(&self, chance: &mut Chance, tongue: Tongue, size: f64) -> String {
        let mut out = String::new();
        while (out.len() as f64) < size {
            match tongue {
                Tongue::Japanese => out.push_str(chance.pick(JAPANESE)),
                Tongue::English | Tongue::Latin => {
                    let list = if tongue == Tongue::English { &self.english } else { &self.latin };
                    let line = &list[chance.below(list.len())];
                    match line.get(..78).and_then(|start| start.rfind(' ')) {
                        Some(cut) => out.push_str(&format!("{}\n{}", &line[..cut], &line[cut + 1..])),
                        None => out.push_str(line),
                    }
                }
            }
            out.push('\n');
            if chance.once_in(0.22) {
                out.push('\n');
            }
        }
        out
    }

    pub fn subject(&self, chance: &mut Chance) -> String {
        let count = chance.between(3, 9);
        (0..count).map(|_| chance.pick(&self.words)).collect::<Vec<_>>().join(" ")
    }
}

/// What a mail is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    English,
    Latin,
    Japanese,
}
