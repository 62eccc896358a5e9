//! What is attached: pages and programs, names that pretend, archives that hide, documents that act.
//!
//! The evidence room has looked into the files; nothing here opens one. One cause is told once: where a sharper rule speaks
//! of a file, the blunter ones are silent (`checks.rs`).

mod checks;

use super::{Family, Kind, Rule};
use crate::text::Words;

/// The rules of this family.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "html-attached",
        family: Family::Attachments,
        title: Words::new("A web page is attached", "HTML ファイルが添付されている"),
        reason: Words::new(
            "{0} is a web page. Opened from the mail it shows a forged log-in without any address to check.",
            "{0} は Web ページです。開くと、確かめるべきアドレスのない偽ログイン画面を表示できます。",
        ),
        innocent: Words::new(
            "Reports, saved pages and encrypted-mail services send web pages, too.",
            "帳票、保存したページ、暗号化メールサービスも HTML を添付します。",
        ),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["Sublime rules: HTML smuggling"],
        check: checks::html_attached,
    },
    Rule {
        id: "form-attached",
        family: Family::Attachments,
        title: Words::new("The attached page asks for input", "添付の HTML に入力欄がある"),
        reason: Words::new(
            "{0} holds a form: what is typed there goes to whoever wrote the mail, whatever the page looks like.",
            "{0} には入力フォームがあります。どのような見た目でも、入力した内容はメールの作成者に渡ります。",
        ),
        innocent: Words::new(
            "An encrypted-mail service or a form from an office that you expected.",
            "暗号化メールサービスや、届くと分かっていた申請書の場合です。",
        ),
        weight: 4.2,
        kind: Kind::Direct,
        references: &["Sublime rules: HTML attachment with a log-in form", "MITRE ATT&CK T1566.001"],
        check: checks::form_attached,
    },
    Rule {
        id: "page-asks-password",
        family: Family::Attachments,
        title: Words::new("The attached page asks for a password", "添付の HTML がパスワードを求める"),
        reason: Words::new(
            "{0} is a log-in page that came as a file: a password typed there goes to whoever wrote the mail, and no address shows where.",
            "{0} はファイルとして届いたログイン画面です。入力したパスワードはメールの作成者に渡り、送り先はどこにも表示されません。",
        ),
        innocent: Words::new(
            "An encrypted-mail service that you know; its password was never that of your mailbox or your company.",
            "使い慣れた暗号化メールサービスの場合です。その場合も、メールや会社のパスワードを求められることはありません。",
        ),
        weight: 4.5,
        kind: Kind::Direct,
        references: &["Sublime rules: HTML attachment with a log-in form", "MITRE ATT&CK T1566.001"],
        check: checks::page_asks_password,
    },
    Rule {
        id: "page-builds-file",
        family: Family::Attachments,
        title: Words::new(
            "The attached page builds a file or a page of its own",
            "添付の HTML が別のファイルやページを組み立てる",
        ),
        reason: Words::new(
            "Scripts in {0} build another file or page out of encoded text ({1}): what a reader gets to see stands nowhere in the mail, so that no filter sees it either.",
            "{0} のスクリプトは、符号化された文字列から別のファイルやページを組み立てます（{1}）。表示される内容はメールのどこにもなく、フィルターからも見えません。",
        ),
        innocent: Words::new(
            "Encrypted-mail services and exported dashboards pack their content in the same way.",
            "暗号化メールサービスや、書き出したダッシュボードも同じ方法で内容を収めます。",
        ),
        weight: 4.2,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1027.006: HTML smuggling", "Sublime rules: attachment_html_smuggling"],
        check: checks::page_builds_file,
    },
    Rule {
        id: "page-leads-on",
        family: Family::Attachments,
        title: Words::new("The attached page leads on by itself", "添付の HTML が自動的に別のページを開く"),
        reason: Words::new(
            "{0} is a page that does nothing but lead on to {1} as soon as it is opened.",
            "{0} は、開くとすぐに {1} へ移動するだけのページです。",
        ),
        innocent: Words::new(
            "A shared link that a program saved as a file.",
            "共有リンクをソフトがファイルとして保存した場合です。",
        ),
        weight: 2.8,
        kind: Kind::Direct,
        references: &["Sublime rules: HTML attachment with a redirect"],
        check: checks::page_leads_on,
    },
    Rule {
        id: "program-attached",
        family: Family::Attachments,
        title: Words::new("A program is attached", "プログラムが添付されている"),
        reason: Words::new("{0} is a program: opening it runs it.", "{0} はプログラムです。開くと実行されます。"),
        innocent: Words::new(
            "A colleague or a list that exchanges programs; ask before you open it.",
            "プログラムをやり取りする同僚やメーリングリストの場合です。開く前に確かめてください。",
        ),
        weight: 3.2,
        kind: Kind::Direct,
        references: &["rspamd MIME_BAD_ATTACHMENT", "MITRE ATT&CK T1204.002"],
        check: checks::program_attached,
    },
    Rule {
        id: "script-attached",
        family: Family::Attachments,
        title: Words::new("A script is attached", "スクリプトが添付されている"),
        reason: Words::new(
            "{0} is a script that Windows runs when it is opened.",
            "{0} は、開くと Windows が実行するスクリプトです。",
        ),
        innocent: Words::new(
            "Administrators and developers who send each other scripts on purpose.",
            "管理者や開発者が意図してスクリプトを送り合う場合です。",
        ),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["rspamd MIME_BAD_ATTACHMENT", "MITRE ATT&CK T1059"],
        check: checks::script_attached,
    },
    Rule {
        id: "shortcut-attached",
        family: Family::Attachments,
        title: Words::new("A shortcut is attached", "ショートカットが添付されている"),
        reason: Words::new(
            "{0} is a shortcut: it shows any icon and name that it likes, and opens or runs what it names.",
            "{0} はショートカットです。好きな名前とアイコンを装い、指定された先を開いたり実行したりします。",
        ),
        innocent: Words::new(
            "A colleague who dragged a bookmark into a mail.",
            "同僚がブックマークをメールに貼り付けた場合です。",
        ),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1204.002: malicious file", "MITRE ATT&CK T1547.009"],
        check: checks::shortcut_attached,
    },
    Rule {
        id: "disk-image-attached",
        family: Family::Attachments,
        title: Words::new("A disk image is attached", "ディスクイメージが添付されている"),
        reason: Words::new(
            "{0} is the image of a disk: opened, it appears as a drive, and the files in it lose the mark that they came from outside.",
            "{0} はディスクイメージです。開くとドライブとして現れ、中のファイルから「外部から来た」という印が失われます。",
        ),
        innocent: Words::new(
            "Makers of software and hardware who send images for installation.",
            "インストール用のイメージを送る開発元の場合です。",
        ),
        weight: 2.6,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1553.005: mark-of-the-web bypass"],
        check: checks::disk_image_attached,
    },
    Rule {
        id: "name-turned-around",
        family: Family::Attachments,
        title: Words::new("File name with hidden direction marks", "書字方向の制御文字を含む添付ファイル名"),
        reason: Words::new(
            "The name {0} holds characters that turn its letters around on the screen, so that it seems to end otherwise.",
            "ファイル名 {0} には表示の向きを変える文字が含まれ、画面では別の拡張子に見えます。",
        ),
        innocent: Words::new(
            "A file name in Arabic or Hebrew written by an old program.",
            "古いソフトが書いたアラビア語やヘブライ語のファイル名の場合です。",
        ),
        weight: 4.4,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1036.002: right-to-left override"],
        check: checks::name_turned_around,
    },
    Rule {
        id: "double-extension",
        family: Family::Attachments,
        title: Words::new("File name with a false ending", "拡張子を偽った添付ファイル"),
        reason: Words::new(
            "{0} ends twice: it shows a harmless ending in front of the real one.",
            "{0} は拡張子が二重で、無害に見える拡張子の後に本当の拡張子が付いています。",
        ),
        innocent: Words::new(
            "A name with a version or a date before the ending.",
            "拡張子の前に版や日付が入ったファイル名の場合です。",
        ),
        weight: 4.2,
        kind: Kind::Direct,
        references: &["rspamd MIME_DOUBLE_BAD_EXTENSION", "MITRE ATT&CK T1036.007"],
        check: checks::double_extension,
    },
    Rule {
        id: "ending-out-of-sight",
        family: Family::Attachments,
        title: Words::new("File name whose ending is out of sight", "拡張子が見えない添付ファイル名"),
        reason: Words::new(
            "{0} hides its real ending: blanks push it out of sight, dots stand behind it, or it is encoded once more.",
            "{0} は本当の拡張子を隠しています（空白で画面外に押し出す、末尾に点を付ける、もう一度符号化する）。",
        ),
        innocent: Words::new(
            "A program that writes odd names; look at what the file really is.",
            "変わった名前を付けるソフトの場合です。ファイルの実際の種類を見てください。",
        ),
        weight: 2.2,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1036.006, T1036.007"],
        check: checks::ending_out_of_sight,
    },
    Rule {
        id: "attachment-type-lies",
        family: Family::Attachments,
        title: Words::new("File is not what its name says", "添付ファイルの中身が名前と異なる"),
        reason: Words::new(
            "{0} pretends to be a document or an image, but its content is {1}.",
            "{0} は文書や画像に見えますが、中身は {1} です。",
        ),
        innocent: Words::new(
            "A program that names every file alike, or a picture that was saved under an old name.",
            "すべてのファイルに同じ名前を付けるソフトや、旧名のまま保存された画像の場合です。",
        ),
        weight: 2.4,
        kind: Kind::Direct,
        references: &["rspamd mime_types"],
        check: checks::attachment_type_lies,
    },
    Rule {
        id: "holds-program",
        family: Family::Attachments,
        title: Words::new("The file holds a program", "添付ファイルの中にプログラムがある"),
        reason: Words::new(
            "{0} holds {1}, which runs when it is opened. Packed in another file it passes filters that look at names.",
            "{0} の中に、開くと実行される {1} があります。別のファイルに収めると、名前を見るフィルターを通り抜けます。",
        ),
        innocent: Words::new(
            "Software that is exchanged in archives; ask the sender before you open it.",
            "ソフトを書庫に入れてやり取りする場合です。開く前に差出人に確かめてください。",
        ),
        weight: 3.4,
        kind: Kind::Direct,
        references: &["rspamd MIME_BAD_ATTACHMENT in archives", "MITRE ATT&CK T1027.009"],
        check: checks::holds_program,
    },
    Rule {
        id: "archive-holds-page",
        family: Family::Attachments,
        title: Words::new("The archive holds little but a web page", "書庫の中身がほぼ Web ページだけ"),
        reason: Words::new(
            "{0} holds {1}: a page that would be stopped as an attachment comes in an archive instead.",
            "{0} には {1} が入っています。添付では止められるページを書庫に入れて送っています。",
        ),
        innocent: Words::new(
            "Saved pages and reports that were packed to be sent.",
            "保存したページや帳票をまとめて送った場合です。",
        ),
        weight: 1.6,
        kind: Kind::Direct,
        references: &["Sublime rules: HTML in archive"],
        check: checks::archive_holds_page,
    },
    Rule {
        id: "archive-locked",
        family: Family::Attachments,
        title: Words::new(
            "A locked archive comes with its password",
            "パスワード付き書庫とパスワードが同じメールにある",
        ),
        reason: Words::new(
            "{0} is encrypted, and the password that opens it stands in the mail: it keeps out filters, not thieves.",
            "{0} は暗号化されていますが、開くパスワードは同じメールに書かれています。防げるのは盗み見ではなく検査だけです。",
        ),
        innocent: Words::new(
            "Offices that still send encrypted archives with their password.",
            "暗号化した書庫とパスワードを一緒に送る慣行が残る職場の場合です。",
        ),
        weight: 1.6,
        kind: Kind::Correlated,
        references: &["Sublime insight: archive_password", "rspamd MIME_ENCRYPTED_ARCHIVE"],
        check: checks::archive_locked,
    },
    Rule {
        id: "archive-in-archive",
        family: Family::Attachments,
        title: Words::new("An archive in an archive", "書庫の中に書庫がある"),
        reason: Words::new(
            "{0} holds another archive, {1}: many filters look one level deep.",
            "{0} の中に別の書庫 {1} があります。多くのフィルターは 1 段しか調べません。",
        ),
        innocent: Words::new(
            "Collections of logs, sources and backups are packed like this.",
            "ログ、ソースコード、バックアップはこのようにまとめられます。",
        ),
        weight: 0.9,
        kind: Kind::Direct,
        references: &["rspamd MIME_ARCHIVE_IN_ARCHIVE"],
        check: checks::archive_in_archive,
    },
    Rule {
        id: "archive-bomb",
        family: Family::Attachments,
        title: Words::new("The archive claims to unpack to far more than it is", "展開すると異常に大きくなる書庫"),
        reason: Words::new(
            "{0} would grow beyond all measure when unpacked ({1}): made to make filters give up.",
            "{0} は展開すると異常に大きくなります（{1}）。検査を断念させるための作りです。",
        ),
        innocent: Words::new(
            "Images of empty disks and tables of equal values pack as well.",
            "空のディスクイメージや同じ値の表も、同じくらい小さくなります。",
        ),
        weight: 1.8,
        kind: Kind::Direct,
        references: &["D. Fifield, A better zip bomb (WOOT 2019)", "ClamAV Heuristics.Zip.OverlappingFiles"],
        check: checks::archive_bomb,
    },
    Rule {
        id: "archive-leads-out",
        family: Family::Attachments,
        title: Words::new("A name in the archive leads out of its folder", "書庫内の名前がフォルダーの外を指す"),
        reason: Words::new(
            "{0} holds an entry named {1}, which a careless program would write outside the folder.",
            "{0} には {1} という名前の項目があり、不用意なソフトはフォルダーの外に書き込みます。",
        ),
        innocent: Words::new("Backups made with whole paths.", "完全なパスで作られたバックアップの場合です。"),
        weight: 2.0,
        kind: Kind::Direct,
        references: &["CWE-22", "Snyk: Zip Slip"],
        check: checks::archive_leads_out,
    },
    Rule {
        id: "macro-attached",
        family: Family::Attachments,
        title: Words::new("The document holds macros", "マクロを含む文書"),
        reason: Words::new(
            "{0} holds a program (macros), which runs when it is allowed to.",
            "{0} にはプログラム（マクロ）が含まれ、許可すると実行されます。",
        ),
        innocent: Words::new(
            "Offices that work with macros of their own; the sender can confirm it.",
            "自作マクロを業務で使う職場の場合です。差出人に確かめられます。",
        ),
        weight: 1.4,
        kind: Kind::Direct,
        references: &["SpamAssassin OLEVBMacro", "MITRE ATT&CK T1137"],
        check: checks::macro_attached,
    },
    Rule {
        id: "macro-starts-itself",
        family: Family::Attachments,
        title: Words::new("The document runs a program by itself", "文書が自動的にプログラムを動かす"),
        reason: Words::new(
            "{0} holds a program that starts when the document is opened: {1}.",
            "{0} には、文書を開くと動き出すプログラムがあります: {1}。",
        ),
        innocent: Words::new(
            "Forms and templates of a company that start their own helpers.",
            "自社の補助機能を起動する様式やひな形の場合です。",
        ),
        weight: 2.8,
        kind: Kind::Direct,
        references: &["SpamAssassin OLEVBMacro", "oletools: autoexec keywords", "MITRE ATT&CK T1059.005, T1559.002"],
        check: checks::macro_starts_itself,
    },
    Rule {
        id: "template-from-elsewhere",
        family: Family::Attachments,
        title: Words::new("The document loads its template from elsewhere", "文書がテンプレートを外部から読み込む"),
        reason: Words::new(
            "{0} fetches a part of itself from {1} when it is opened, and with it any program.",
            "{0} は開くと {1} から文書の一部を取得します。プログラムも一緒に読み込めます。",
        ),
        innocent: Words::new("Templates on a company's own server.", "自社サーバー上のひな形を使っている場合です。"),
        weight: 3.0,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1221: template injection"],
        check: checks::template_from_elsewhere,
    },
    Rule {
        id: "object-exploits",
        family: Family::Attachments,
        title: Words::new(
            "The document holds an object that exploits old programs",
            "古いソフトの欠陥を突くオブジェクト",
        ),
        reason: Words::new(
            "{0} holds an object of the kind that takes over old Office programs as soon as it is loaded: {1}.",
            "{0} には、読み込まれるだけで古い Office を乗っ取る種類のオブジェクトがあります: {1}。",
        ),
        innocent: Words::new(
            "An old document with formulas of the former equation editor.",
            "旧数式エディターの数式を含む古い文書の場合です。",
        ),
        weight: 2.6,
        kind: Kind::Direct,
        references: &["CVE-2017-11882", "oletools: rtfobj"],
        check: checks::object_exploits,
    },
    Rule {
        id: "onenote-with-files",
        family: Family::Attachments,
        title: Words::new("The note holds files to be pressed", "押させるファイルを埋め込んだ OneNote"),
        reason: Words::new(
            "{0} is a note in which a file is embedded ({1}); such notes hide it below a picture of a button.",
            "{0} はファイル（{1}）が埋め込まれたノートです。ボタンの絵の下に隠す手口が知られています。",
        ),
        innocent: Words::new(
            "Notes that colleagues share, with documents in them.",
            "同僚が共有する、文書を貼り付けたノートの場合です。",
        ),
        weight: 2.6,
        kind: Kind::Direct,
        references: &["Sublime rules: OneNote with embedded file", "MITRE ATT&CK T1566.001"],
        check: checks::onenote_with_files,
    },
    Rule {
        id: "pdf-starts-program",
        family: Family::Attachments,
        title: Words::new("The PDF starts a program", "PDF がプログラムを起動する"),
        reason: Words::new(
            "{0} asks the reader's program to start {1}.",
            "{0} は閲覧ソフトに {1} を起動させようとします。",
        ),
        innocent: Words::new(
            "Portfolios of old office suites that open their own parts.",
            "古いオフィスソフトのポートフォリオが自分の部品を開く場合です。",
        ),
        weight: 3.2,
        kind: Kind::Direct,
        references: &["MITRE ATT&CK T1204.002", "peepdf: /Launch"],
        check: checks::pdf_starts_program,
    },
    Rule {
        id: "pdf-script",
        family: Family::Attachments,
        title: Words::new("The PDF holds JavaScript", "PDF に JavaScript がある"),
        reason: Words::new(
            "{0} holds scripts that run when it is opened or filled in.",
            "{0} には、開いたときや入力したときに動くスクリプトがあります。",
        ),
        innocent: Words::new(
            "Official forms that check what is typed into them.",
            "入力内容を検査する公的な様式の場合です。",
        ),
        weight: 0.9,
        kind: Kind::Direct,
        references: &["rspamd PDF_JAVASCRIPT", "SpamAssassin PDFInfo"],
        check: checks::pdf_script,
    },
    Rule {
        id: "pdf-only-link",
        family: Family::Attachments,
        title: Words::new("The PDF holds little but a link", "リンク以外ほとんど何もない PDF"),
        reason: Words::new(
            "{0} is a page with hardly a word and a link to {1}: the mail's bait stands in the file, where filters do not read it.",
            "{0} はほとんど文字がなく、{1} へのリンクだけがあるページです。フィルターが読まないファイルの中に誘導を置いています。",
        ),
        innocent: Words::new(
            "Flyers and tickets whose page is a picture with a link.",
            "ページ全体が画像で、リンクを付けたちらしやチケットの場合です。",
        ),
        weight: 1.3,
        kind: Kind::Correlated,
        references: &["Sublime rules: PDF with a single link", "SpamAssassin PDFInfo: PDF_EMPTY_BODY"],
        check: checks::pdf_only_link,
    },
    Rule {
        id: "container-attached",
        family: Family::Attachments,
        title: Words::new("A container is attached", "書庫やディスクイメージが添付されている"),
        reason: Words::new(
            "{0} is an archive: what is inside escapes many filters.",
            "{0} は書庫です。中身が検査をすり抜けやすい形式です。",
        ),
        innocent: Words::new(
            "People send several files in one archive every day.",
            "複数のファイルを書庫にまとめて送るのは日常的なことです。",
        ),
        weight: 0.2,
        kind: Kind::Heuristic,
        references: &["rspamd MIME_ARCHIVE_IN_ARCHIVE"],
        check: checks::container_attached,
    },
];
