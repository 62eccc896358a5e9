//! Every text of the command line in both languages. The English stands where clap reads it, as the comment of a flag, a
//! value or a subcommand; a test compares both sides of this table with what clap has.

use crate::text::Words;

/// clap's own words in a line of usage.
pub(super) const USAGE: &[Words] = &[
    Words::new("Usage: ", "使い方: "),
    Words::new("[OPTIONS]", "[オプション]"),
    Words::new("[COMMAND]", "[コマンド]"),
    Words::new("<COMMAND>", "<コマンド>"),
];

/// What the command line says of itself.
pub(super) const PAIRS: &[Words] = &[
    // The program.
    Words::new(
        "Takes suspicious mails apart: who really sent them, through which machines, where their links really lead",
        "疑わしいメールを分解し、本当の送り主、経路、リンクの本当の行き先を調べます",
    ),
    Words::new(
        "Takes suspicious mails apart: who really sent them, through which machines, where their links really lead.\n\n\
         Opens a Maildir, an mbox (gzip too), single messages, folders of them, or standard input (`-`). Without a path it \
         opens $MAIL or ~/Maildir. Nothing leaves this machine unless you ask for it, and no mailbox is changed but by \
         `quarantine`.",
        "疑わしいメールを分解し、本当の送り主、経路、リンクの本当の行き先を調べます。\n\n\
         Maildir、mbox（gzip も可）、個別のメッセージやそのフォルダー、標準入力（`-`）を開きます。パスを省略すると $MAIL または \
         ~/Maildir を開きます。指示がない限り外部には何も送信せず、`quarantine` 以外がメールボックスを変更することはありません。",
    ),
    Words::new(
        "Mailboxes to open; `-` is standard input. A path that is called like a subcommand is written `./demo`",
        "開くメールボックス。`-` は標準入力。サブコマンドと同名のパスは `./demo` のように書く",
    ),
    Words::new("Print help (see more with '--help')", "ヘルプを表示（詳しくは '--help'）"),
    Words::new("Print help (see a summary with '-h')", "ヘルプを表示（要約は '-h'）"),
    Words::new("Print version", "バージョンを表示"),
    Words::new(
        "Print this message or the help of the given subcommand(s)",
        "このヘルプ、または指定したサブコマンドのヘルプを表示",
    ),
    Words::new("Print help for the subcommand(s)", "ヘルプを表示するサブコマンド"),
    // The screen.
    Words::new(
        "Capture the mouse: wheel and click; text is then selected with Shift",
        "マウスを使う（ホイールとクリック）。文字の選択は Shift を押しながら行う",
    ),
    Words::new("Neither read nor write the cache of rows and badges", "一覧と判定のキャッシュを読み書きしない"),
    Words::new(
        "Order of the list: date, score, sender, subject, mailbox",
        "一覧の並び順: date（日付）、score（点数）、sender（差出人）、subject（件名）、mailbox（メールボックス）",
    ),
    Words::new("Turn the order round", "並び順を逆にする"),
    Words::new(
        "Colors: auto, never, 16, true (NO_COLOR is respected)",
        "色: auto（自動）、never（なし）、16（16 色）、true（フルカラー）。NO_COLOR にも従う",
    ),
    Words::new("Theme: auto, dark, light", "テーマ: auto（自動）、dark（暗色）、light（明色）"),
    // What every command knows.
    Words::new("Options of every command", "どのコマンドでも使えるオプション"),
    Words::new(
        "How far questions may travel: local (not a packet), thirdparty, sender (the sender can notice)",
        "照会範囲: local（パケットを出さない）、thirdparty（第三者まで）、sender（送信者に気付かれうる）",
    ),
    Words::new("Not a packet", "パケットを一切出さない"),
    Words::new("Registries and reputation services", "レジストリと評価サービスまで"),
    Words::new("Anything that the sender can notice", "送信者に気付かれうる照会も行う"),
    Words::new(
        "Whom DNS questions go to: system, ADDRESS, tls://ADDRESS#NAME or https://ADDRESS/dns-query#NAME; several with \
         commas",
        "DNS の照会先: system（システム設定）、ADDRESS、tls://ADDRESS#NAME、https://ADDRESS/dns-query#NAME。複数はコンマ区切り",
    ),
    Words::new(
        "SOCKS5 server for HTTP and WHOIS, names included: socks5h://ADDRESS:PORT",
        "HTTP と WHOIS で使う SOCKS5 サーバー（名前解決も任せる）: socks5h://ADDRESS:PORT",
    ),
    Words::new(
        "A database of addresses (mmdb) that wins over the embedded one; may be given several times",
        "内蔵のものより優先する IP アドレスデータベース（mmdb）。複数回指定できる",
    ),
    Words::new(
        "A file of own rules, beside those of the configuration; may be given several times",
        "設定のものに加えて使う独自ルールのファイル。複数回指定できる",
    ),
    Words::new(
        "Answer look-ups from this log, export or recording (a folder: from the log in it) and never from the network; may \
         be given several times",
        "照会にはこのログ・書き出し・記録だけで回答し、ネットワークは使わない（フォルダーなら中のログ）。複数回指定できる",
    ),
    Words::new("Language of texts: en, ja", "表示言語: en、ja"),
    Words::new("English", "英語"),
    Words::new("Japanese", "日本語"),
    Words::new("The configuration file", "設定ファイル"),
    Words::new("The folder for marks, kept answers and logs", "印、保存した回答、ログを置くフォルダー"),
    // demo, scan.
    Words::new(
        "Open the built-in demo mailbox, with recorded answers",
        "内蔵のデモ用メールボックスを、記録済みの回答とともに開く",
    ),
    Words::new("Print one JSON line for each message", "メール 1 通ごとに JSON を 1 行出力"),
    Words::new("Mailboxes to read; `-` is standard input", "読み取るメールボックス。`-` は標準入力"),
    Words::new(
        "Exit with 1 where a message is rated this level or higher",
        "このレベル以上と判定されたメールがあれば終了コード 1 で終わる",
    ),
    Words::new("Something to know", "参考程度"),
    Words::new("Look before you press anything", "何かを押す前に要確認"),
    Words::new("Take it for an attack", "攻撃とみなすべき"),
    Words::new("Threads; as many as there are cores without it", "スレッド数。省略時はコア数と同じ"),
    Words::new(
        "With --reach: stop asking after this time (90s, 10m, 2h) and print the rest with what is known; the answers are \
         kept, and the next run asks only for what is missing",
        "--reach と併用: この時間（90s、10m、2h）が過ぎたら照会をやめ、残りは分かる範囲で出力する。回答は保存され、次回は足りない分だけを照会する",
    ),
    Words::new("Read the built-in demo mailbox", "内蔵のデモ用メールボックスを読む"),
    Words::new("Place, score, level and the ids of the findings only", "場所、点数、レベル、所見の ID だけを出力"),
    Words::new(
        "Print what every field of a line means, and read nothing",
        "何も読み取らず、出力行の各項目の意味を表示",
    ),
    // save.
    Words::new(
        "Save attachments of a message: as files, or in a zip with a password",
        "添付ファイルを、そのまま、またはパスワード付き zip で保存",
    ),
    Words::new("The mailbox or message; `-` is standard input", "メールボックスまたはメール。`-` は標準入力"),
    Words::new(
        "Which message, counted from 1 in the order of the mailbox; not needed where there is only one",
        "何通目のメールか（メールボックスの順で 1 から）。1 通だけなら不要",
    ),
    Words::new(
        "Which message, by its SHA-256 as `gosanke scan` prints it (or the beginning of it, at least 8 digits)",
        "どのメールか（`gosanke scan` が出力する SHA-256。先頭 8 桁以上でも可）",
    ),
    Words::new(
        "One part, counted as the parts pane does, from 1",
        "保存するパート 1 個（パートのペインの番号、1 から）",
    ),
    Words::new(
        "Every file of the message; this is what happens without --part, too",
        "メールのすべてのファイル。--part を省略した場合も同じ",
    ),
    Words::new(
        "Into one zip (AES) with the password \"infected\"",
        "パスワード \"infected\" 付きの zip（AES）1 個にまとめる",
    ),
    Words::new(
        "The folder to write below; `save_dir` of the configuration without it",
        "保存先のフォルダー。省略時は設定の `save_dir`",
    ),
    Words::new("Only tell what would be written where", "何をどこに書くかを示すだけ"),
    // quarantine.
    Words::new(
        "Move mails out of Maildirs into quarantine (copies out of an mbox), and back; the only command that changes a \
         mailbox",
        "Maildir のメールを隔離先に移し（mbox からはコピー）、元に戻す。メールボックスを変更する唯一のコマンド",
    ),
    Words::new(
        "Mailboxes to take mails out of: moved out of Maildirs, copied out of everything else",
        "メールを取り出すメールボックス。Maildir からは移動、それ以外からはコピー",
    ),
    Words::new(
        "A mail, by its SHA-256 as `gosanke scan` prints it; may be given several times",
        "対象のメール（`gosanke scan` が出力する SHA-256）。複数回指定できる",
    ),
    Words::new("Every mail that is marked so", "この印が付いたすべてのメール"),
    Words::new("Marked malicious", "悪質の印"),
    Words::new("Marked suspicious", "疑わしいの印"),
    Words::new(
        "The Maildir to move into, made where it is missing; `quarantine_dir` of the configuration without it",
        "移す先の Maildir（なければ作る）。省略時は設定の `quarantine_dir`",
    ),
    Words::new("Only tell what would be moved", "何を移すかを示すだけ"),
    Words::new(
        "Move the mails of the last run back to where they were; copies stay",
        "前回移したメールを元の場所に戻す。コピーは残る",
    ),
    // defang, refang, geo.
    Words::new(
        "Defang indicators in standard input: hxxps://a[.]example",
        "標準入力の指標を無害化: hxxps://a[.]example",
    ),
    Words::new("Undo defanging in standard input", "標準入力の無害化を元に戻す"),
    Words::new("Tell place and network of addresses", "IP アドレスの所在地とネットワークを表示"),
    Words::new("Addresses", "IP アドレス"),
    // lookup, lookups.
    Words::new(
        "Tell all that is known of a host, address, URL, AS number or SHA-256; asks no further than --reach allows",
        "ホスト・アドレス・URL・AS 番号・SHA-256 について分かることをすべて表示。照会は --reach の範囲まで",
    ),
    Words::new(
        "Hosts, mail addresses, IP addresses, URLs, AS numbers or SHA-256 digests, live or defanged; `-` reads them from \
         standard input, one a line",
        "ホスト、メールアドレス、IP アドレス、URL、AS 番号、SHA-256（無害化した表記も可）。`-` なら標準入力から 1 行に 1 件ずつ読む",
    ),
    Words::new("Print what would be asked, of whom, and ask nothing", "何を誰に照会するかを示すだけで、照会はしない"),
    Words::new(
        "Visit the URLs: their servers see your address and the whole URL. Needs --reach sender",
        "URL を訪問する。相手のサーバーにこちらの IP アドレスと URL 全体が見える。--reach sender が必要",
    ),
    Words::new(
        "Let services see whole URLs; some publish what they are asked. Needs --reach thirdparty",
        "サービスに URL 全体を見せる。照会内容を公開するサービスもある。--reach thirdparty が必要",
    ),
    Words::new(
        "Print the answers as JSON lines that `--replay` takes",
        "回答を、`--replay` で使える JSON の行として出力",
    ),
    Words::new("Stop asking after this time: 90s, 10m, 2h", "この時間が過ぎたら照会をやめる: 90s、10m、2h"),
    Words::new(
        "List the look-ups that left this machine, with their answers; --json exports them for --replay",
        "外部に送信した照会とその回答を一覧表示。--json で --replay 用に書き出す",
    ),
    Words::new("A log or recording in place of the own log", "自分のログの代わりに読むログまたは記録"),
    Words::new(
        "Only what is not older: 2026-11-20, 2026-11-20T15:00, or a stretch of time such as 2h, 30m, 7d",
        "これより新しいものだけ: 2026-11-20、2026-11-20T15:00、または 2h、30m、7d などの期間",
    ),
    Words::new(
        "Only what is about this host (and what is below it), address or other target",
        "このホスト（とその下位の名前）、アドレスなどに関するものだけ",
    ),
    Words::new(
        "Print the lines as they are in the log: JSON lines that `--replay` takes",
        "ログの行をそのまま出力: `--replay` で使える JSON の行",
    ),
    // feeds.
    Words::new(
        "Lists of phishing pages, malware and networks that are searched on this machine",
        "手元で検索する、フィッシングページ・マルウェア・ネットワークのリスト（フィード）",
    ),
    Words::new(
        "Tell every feed: id, date, lines, size and terms (without a command, too)",
        "すべてのフィードの ID・日付・行数・サイズ・利用条件を表示（コマンド省略時も同じ）",
    ),
    Words::new(
        "Download feeds: those named, else those that are on this machine already; `iana` are the tables of registries",
        "フィードを取得。ID を省略すると手元にあるものを更新する。`iana` はレジストリの一覧",
    ),
    Words::new("Ids of feeds", "フィードの ID"),
    Words::new("Every feed that the program knows", "このプログラムが知るすべてのフィード"),
    Words::new(
        "Take a file by hand: a feed that was downloaded elsewhere, or a list of your own",
        "手元のファイルを取り込む: 別の場所で取得したフィードや、自作のリスト",
    ),
    Words::new("The file; packed with gzip or not", "ファイル（gzip 圧縮も可）"),
    Words::new(
        "Which feed it is, or a new id for a list of your own (a-z, 0-9, -)",
        "どのフィードか。自作のリストなら新しい ID（a-z、0-9、-）",
    ),
    Words::new("Its form, where it is not found out", "自動で判別できない場合の形式"),
    Words::new("By its first bytes", "先頭のバイト列から判別"),
    Words::new("URLs or hosts, one a line, or CSV", "URL またはホスト（1 行に 1 件、または CSV）"),
    Words::new("JSON: an array of objects, or one object a line", "JSON（オブジェクトの配列、または 1 行に 1 個）"),
    Words::new("Address prefixes in whatever form", "IP アドレスの範囲（書式は問わない）"),
    Words::new("Remove feeds from this machine", "フィードを手元から削除"),
    // cache, config, keys.
    Words::new(
        "What was kept of mailboxes that were opened before: how much, and how to forget it",
        "以前に開いたメールボックスのキャッシュ: 量の確認と消去",
    ),
    Words::new(
        "Tell where it is, how large it is and which folders it knows (without a command, too)",
        "保存場所、サイズ、対象フォルダーを表示（コマンド省略時も同じ）",
    ),
    Words::new("Forget everything; marks, notes and kept answers stay", "すべて消去。印、メモ、保存した回答は残る"),
    Words::new(
        "Print every setting with its value and where it comes from",
        "すべての設定を、値とその出どころとともに表示",
    ),
    Words::new("Print every key", "すべてのキーを表示"),
    Words::new("As the generated document", "文書生成用の形式で出力"),
    // rules.
    Words::new("Print every rule, or one in full", "ルールの一覧、または 1 件の詳細を表示"),
    Words::new("The rule's id", "ルールの ID"),
    Words::new("Explain a rule in full, in both languages", "ルールの詳細を日英両方で表示"),
    Words::new(
        "Run your own rules on these mailboxes and tell how often each fires",
        "独自ルールをこれらのメールボックスで試し、それぞれの該当数を表示",
    ),
    Words::new(
        "With --test or instead of it: mailboxes of phishing, to tell the rate on them; with --fit, to learn from",
        "フィッシングのメールボックス。--test と併用または単独で該当率を表示。--fit では学習に使う",
    ),
    Words::new(
        "With --test or instead of it: mailboxes of honest mail, to tell the rate on them; with --fit, to learn from",
        "正規メールのメールボックス。--test と併用または単独で該当率を表示。--fit では学習に使う",
    ),
    Words::new(
        "Fit weights to the folders of --phish and --ham, and write them to --out; `weights_file` in the configuration names \
         the file that is used (docs/weights.md)",
        "--phish と --ham のフォルダーから重みを推定し、--out に書き込む。使うファイルは設定の `weights_file` で指定（docs/weights.md）",
    ),
    Words::new("Fitting weights", "重みの推定"),
    Words::new(
        "Where the weights go; without it only the figures are told",
        "重みを書き込むファイル。省略時は数値を表示するだけ",
    ),
    Words::new(
        "Sources by the beginning of their file names, with the age that they can be compared in: `old:list-,shop-`. Mails \
         of no source named here belong to one that is called like their folder",
        "ファイル名の先頭で分けた収集元と、比較できる時期: `old:list-,shop-`。ここにないメールはフォルダー名を収集元とする",
    ),
    Words::new("A file's name up to its first `-` is its source", "ファイル名の最初の `-` までを収集元とする"),
    Words::new(
        "The share of phishing among the mails that are to be judged",
        "判定するメールに占めるフィッシングの割合",
    ),
    Words::new("The share of phishing in the fit", "推定に使うフィッシングの割合"),
    Words::new("How strongly weights are held at those set by hand", "手動で設定した重みに引き寄せる強さ"),
    Words::new(
        "Most that one family of rules may say for phishing",
        "一つの系統のルールがフィッシング側に動かせる上限",
    ),
    Words::new(
        "The part of a weight that has to be left whichever source is left out",
        "どの収集元を除いても残るべき重みの割合",
    ),
    Words::new(
        "Rules that are given no weight, by id: what tells kinds of mail apart and not fraud",
        "重みを付けないルールの ID（詐欺ではなくメールの種類を見分けるもの）",
    ),
    Words::new("Parts of the cross-validation", "交差検証の分割数"),
    Words::new(
        "The day to be written into the file, as YYYY-MM-DD; else today",
        "ファイルに書く日付（YYYY-MM-DD）。省略時は今日",
    ),
    Words::new(
        "Names the phishing that scores lowest and the ham that scores highest, with what was found",
        "点数が最も低いフィッシングと最も高い正規メールを、所見とともに示す件数",
    ),
    // doctor.
    Words::new(
        "Look at terminal, folders, databases and settings, and say what is missing",
        "端末、フォルダー、データベース、設定を調べ、足りないものを示す",
    ),
    Words::new(
        "Start a process as mails are analyzed in, let it try to break out, and report each try; exit with 1 where one \
         succeeds",
        "メールの解析と同じプロセスを起動して脱出を試みさせ、結果を報告する。一つでも成功すれば終了コード 1",
    ),
];
