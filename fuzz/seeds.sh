#!/usr/bin/env bash
# Makes the seeds (fuzz/corpus/TARGET/) and the dictionary (fuzz/corpus/dictionary) out of the demo's mails and of samples
# written here. Nobody's mail is among them. Uses gzip, tar and python3 (zip); what is missing is left out.
set -euo pipefail
cd "$(dirname "$0")"
here=corpus
seed() { mkdir -p "$here/$1"; cat >"$here/$1/seed-$2"; }

# Mails: the demo, and shapes that it lacks.
pane=0
for mail in ../assets/demo/*.eml; do
  name=$(basename "$mail" .eml)
  for target in mime diff; do head -c 19000 "$mail" | seed $target "$name"; done
  { printf 'path/%s\n' "$name"; head -c 19000 "$mail"; } | seed export "$name"
  # Opened, one of the ten panes, as large as the screen; and the list with its preview.
  { printf "\\x45\\x16\\x0$((pane % 6))\\x03\\x02\\x$(printf '%02x' $((9 + pane % 10)))\\x13"; head -c 3900 "$mail"; } | seed render "$name"
  { printf '\x4f\x15\x01\x00'; head -c 3900 "$mail"; } | seed render "$name-ja"
  pane=$((pane + 1))
  sed '/^\r\{0,1\}$/q' "$mail" | seed header "$name"
  { printf 'From a@example.com Thu Aug 22 16:23:28 2002\n'; head -c 4000 "$mail"; printf '\n'; } | seed mbox "$name"
done
nested() {
  printf 'From: a@one.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n'
  printf 'Content-Type: multipart/alternative; boundary="c c"\n\n--c c\nContent-Type: text/plain; charset=utf-8\n\nseen\n'
  printf -- '--c c\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<a href=3D"https://a.test/">x=\n</a>\n--c c--\n'
  printf -- '--b\nContent-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nFrom: b@two.example\n\ninner\n--b\n'
  printf 'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYkB0d28uZXhhbXBsZQoKaW5uZXIK\n'
  printf -- '--b\nContent-Type: application/octet-stream; name*0*=utf-8'"''"'a%%2e; name*1=exe\nContent-Transfer-Encoding: base64\n\nTVqQAA==\n--b--\nepilogue\n'
}
for target in mime diff render; do nested | seed $target nested; nested | sed 's/$/\r/' | seed $target nested-crlf; done
{ printf '\xff\x18\x00\x01\x02'; nested; } | seed render wide
printf 'begin 644 a.txt\n#0V%%T\n`\nend\n' | seed mime uu
printf 'From : a@one.example\n To: x\nA\0B: c\nno field\n\nbody' | seed mime odd
printf 'Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$"$"\x1b(B\n' | seed mime jis
for n in 1 2 3 4; do printf "%0.s\\x0$n\\x01\\x02\\x05\\x11abcd" 1 2 3 4 5 6 7 8 9 10 11 12 | seed mime_struct "$n"; done
printf '\x01\x00\x00\x03\x00\x01\x02\x02\x03\x05hello\x05\x03abc\x04\x04word' | seed mime_struct mixed

# Header fields.
fields='Received: from a.example (b.example [192.0.2.7]) (using TLSv1.3 with cipher X (256/256 bits)) by mx.example.net (Postfix) with ESMTPS id 1 for <v@example.net>; Mon, 1 Jun 2026 10:00:00 +0900 (JST)
Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=a.example; dkim=fail (bad) header.d=a.example header.s=s; dmarc=none
ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.com; s=s; t=1; b=AAAA
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.com; s=s; h=from:to:subject; l=10; bh=AAAA; b=AAAA
From: "a@bank.example" =?utf-8?B?44GC?= <x@[IPv6:2001:db8::1]>, Group: b@c.example (comment (nested)), "\"q\"" <@r,@s:t@u.example>;
Date: Thu, 1 Jan 1970 00:00:00 EST
Message-ID: <a.b@c.example>
List-Unsubscribe: <mailto:a@b.example?subject=x>, <https://b.example/u>'
printf '%s\n' "$fields" | seed header all
i=0; while IFS= read -r line; do i=$((i + 1)); printf '%s\n' "$line" | seed header "$i"; done <<<"$fields"
printf '%s\0%s\0%s\0%s' 'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com; s=s; h=from; bh=g3zLYH4xKxcPrHOD18z9YfpQcnk/GaJedfustWU5uGs=; b=AAAA' \
  'v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:%{d}.%{ir}.example mx/24//64 include:example.com exists:%{l1r-}.test redirect=example.com exp=e.test ~all' \
  'v=DMARC1; p=reject; sp=none; adkim=s; aspf=r; pct=50; rua=mailto:a@b.example!10m; fo=1:d' 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' | seed proof all

# Pages and text.
printf '<!doctype html><base href="https://b.test/"><meta http-equiv=refresh content="0;url=//c.test"><style>a{color:#fff}</style><!-- c --><script>location="https://d.test/"</script><form action=/x><input type=password></form><a href="&#104;ttps&colon;//e.test/?a&amp;b" title='"'t'"'>pay<span style="display:none">hid</span>pal</a><svg><title>x</title></svg><![CDATA[x]]><?x?><textarea><b></textarea>' | tee >(seed html page) | seed webpage page
printf '\x1b]0;t\x07 \x9b31m \xe2\x80\xae\xe2\x80\x8b\xe2\x80\x8b\xe2\x80\x8b\xe2\x80\x8b a\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xef\xb8\x8f \xf3\xa0\x81\x81 \xe3\x81\x82\xe3\x82\x99 \t\r\n\xff' | seed shown all
printf 'hxxps[:]//a[.]example/x?y=z (dot) b[@]c.example http://user:pw@0x7f.1:8080\\@x 2001:db8::1 [2001:db8::1]:25 ftp://x' | seed url_ioc all
for url in 'https://a.example/x?y=z#f' 'http://0300.0.2.7/' 'HTTP://\xe4\xbe\x8b\xe3\x81\x88.test:80/%2e%2e/' 'https://xn--r8jz45g.test/' 'http://a@b@[2001:db8::1]:8/' 'mailto:a@b.example' 'https:/\\a.example\\x' 'data:text/html,x' 'www.a.example/x'; do printf "$url" | seed url_ioc "$(printf '%s' "$url" | cksum | cut -d' ' -f1)"; done
head -c 15000 ../assets/config.toml | seed config shipped
printf 'reach = "sender"\nlang = "ja"\n[keys]\nquit = ["q", "C-c", "F1"]\n[weights]\nlink-text-lies = 2.5\n' | seed config some
printf 'a@b.example\n@b.example\n*.c.example\n192.0.2.0/24\n2001:db8::/32\nName <d@e.example>\n' | seed config lists
head -c 9000 ../assets/weights.toml | seed config weights
printf '[[rule]]\nid = "own-x"\nen = "x"\nja = "x"\nweight = 1.5\nwhen = "links.exists(l, l.host.endsWith(\\"evil.example\\")) && subject.contains(\\"a\\")"\n' | seed rules one

# Files.
printf '\x09%%PDF-1.4\n1 0 obj <</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]>> endobj\n3 0 obj <</Type/Page/Annots[<</A<</S/URI/URI(https://a.test/)>>>>]>> endobj\ntrailer <</Root 1 0 R>>\n%%%%EOF' | seed archive pdf
printf '\x0a{\\rtf1{\\object\\objocx{\\*\\objdata 0105000002000000}}{\\*\\template https://a.test/t}}' | seed archive rtf
printf '\x0dX<html><form action=https://a.test/><input type=password></form><script>atob("aHR0cHM6Ly9hLnRlc3Qv")</script>' | seed archive html
printf '\x0cL\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46c\x00m\x00d\x00' | seed archive lnk
printf '\x107z\xbc\xaf\x27\x1c\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00' | seed archive 7z
printf '\x10\x78\x9f\x3e\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00' | seed archive tnef
printf '\x12Rar!\x1a\x07\x01\x00\x33\x92\xb5\xe5\x0a\x01\x05\x06\x00\x05\x01\x01\x80\x80\x00' | seed archive rar
{ printf '\x06\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'; head -c 1528 /dev/zero; } | seed archive ole
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
printf 'evil' >"$work/a.exe"; printf 'text' >"$work/b.txt"
{ printf '\x02'; tar -C "$work" -cf - a.exe b.txt | head -c 4096; } | seed archive tar || true
{ printf '\x03'; tar -C "$work" -czf - a.exe b.txt; } | seed archive targz || true
python3 - "$work" "$here/archive" <<'P' || true
import io, sys, zipfile
def make(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, body in entries:
            z.writestr(name, body)
    return out.getvalue()
flat = make([("../../a.exe", b"MZ" * 20), ("b.txt", b"text")])
docm = make([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>"), ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
             ("word/_rels/settings.xml.rels", b'<Relationships><Relationship Type="t/attachedTemplate" TargetMode="External" Target="https://a.test/t.dotm"/></Relationships>')])
for name, first, body in [("zip", 0, flat), ("zip-in-zip", 0, make([("c.zip", flat)])), ("docm", 7, docm)]:
    open(f"{sys.argv[2]}/seed-{name}", "wb").write(bytes([first]) + body)
P
printf 'From a@example.com Thu Aug 22 16:23:28 2002\nSubject: x\nContent-Length: 5\n\nbody\n\nFrom b@example.com Thu Aug 22 16:23:29 2002\nSubject: y\n\n>From x\n>>From y\nFrom here\n\n' | seed mbox two
printf '1700000000.M1P2.host,S=12:2,FRS' | seed maildir_name name
printf '.Sent.&MEIwRA-&-x' | seed maildir_name folder

# Frames, pieces, databases.
printf '\x02\x00\x01\x00\x00\x00\x01\x03\x01\x00\x00\x00p\x01\x07\x00\x00\x00\x00\x00\x00\x00mail' | seed frames mail
for kind in 01 10 11 12 13 14; do { printf "\\x$kind\\x01\\x00\\x00\\x00"; head -c 80 /dev/zero; } | seed frames "$kind"; done
{ printf '\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x06\x00\x00\x00'; head -c 56 /dev/zero; printf 'file  \n\n'; } | seed rows heads
{ head -c 8 /dev/zero; printf '\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'; head -c 20 /dev/zero; } | seed rows found
printf '\x01\x10\x00\x07' | seed state patched
printf '\x00SQLite format 3\x00' | seed state head

# Answers.
head -c 15000 ../assets/demo/recorded.json | sed '$ s/,[^,]*$//' | seed recording cut
printf '[{"key":{"addresses":"a.test"},"fact":{"state":{"value":{"addresses":["192.0.2.1"]}},"at":1}}]' | seed recording one
printf '\x00\x01\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00\x01a\x04test\x00\x00\x01\x00\x01\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x01\x00\x04\x01b\xc0\x0e\xc0\x24\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04\xc0\x00\x02\x01' | seed dns cname
printf '\x00\x01\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x01a\x04test\x00\x00\x10\x00\x01\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x01\x00\x0b\x06v=spf1\x03 \x1b\xff' | seed dns txt
printf '{"objectClassName":"domain","ldhName":"A.TEST","handle":"1","events":[{"eventAction":"registration","eventDate":"2026-01-02T03:04:05Z"}],"status":["active"],"entities":[{"roles":["registrar","abuse"],"vcardArray":["vcard",[["fn",{},"text","R"],["email",{},"text","a@r.example"],["adr",{"label":"x"},"text",["","","","","","","JP"]]]],"entities":[]}],"nameservers":[{"ldhName":"ns.a.test"}],"secureDNS":{"delegationSigned":true},"links":[{"rel":"related","href":"https://r.test/"}]}' | seed rdap domain
printf '{"objectClassName":"ip network","startAddress":"192.0.2.0","endAddress":"192.0.2.255","cidr0_cidrs":[{"v4prefix":"192.0.2.0","length":24}],"country":"JP","name":"N"}' | seed rdap network
printf '{"objectClassName":"autnum","startAutnum":64496,"endAutnum":64500,"name":"AS"}' | seed rdap system
printf 'Domain Name: A.TEST\r\nRegistrar: R\r\nCreation Date: 2026-01-02T03:04:05Z\r\nName Server: NS.A.TEST\r\nDNSSEC: signedDelegation\r\nRegistrar WHOIS Server: whois.r.test\r\nDomain Status: ok https://icann.org/epp#ok\r\n>>> Last update' | seed whois com
printf '[Domain Name] A.TEST\n[\x1b$BEPO?G/7nF|\x1b(B] 2026/01/02\n[Status] Connected (2027/01/31)\n[Name Server] ns.a.test\n' | seed whois jp
printf 'inetnum: 192.0.2.0 - 192.0.2.255\nnetname: N\ncountry: JP\nrefer: whois.r.test\n\nOrgAbuseEmail: a@r.example\n' | seed whois block
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n' | seed http_head chunked
{ printf 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nSet-Cookie: a\r\n\r\n'; printf 'hello hello hello' | gzip -n; } | seed http_head gzip
printf 'HTTP/1.1 302 Found\r\nLocation: https://a.test/\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n' | seed http_head found
printf 'date,URL,description\r\n2022/12/01 09:41:00,https://evil.example/a,Brand\r\n"1","2026-07-30 11:54:23","http://192.0.2.9/bin.sh"\n0.0.0.0 evil.example\n' | seed feeds csv
printf '{"asn":64496,"asname":"EVIL-AS","cc":"ZZ"}\n{"ip_prefix":"192.0.2.0/24"}\n[{"url":"https://evil.example/"}]' | seed feeds json
printf '{"rrname":"a.test","rrtype":"A","rdata":["192.0.2.1"],"time_first":1,"time_last":2}\n{"obj":{"rrname":"b.test."}}' | seed feeds pdns
printf '192.0.2.0/24,JP,JP-13,Tokyo,\n2001:db8::/32,,,,\n' | seed feeds geofeed

cat >"$here/dictionary" <<'D'
"boundary="
"Content-Type: "
"Content-Transfer-Encoding: "
"Content-Disposition: attachment; filename="
"multipart/mixed"
"multipart/alternative"
"multipart/digest"
"message/rfc822"
"message/partial"
"text/html"
"text/plain"
"; charset="
"iso-2022-jp"
"utf-16"
"utf-7"
"base64"
"quoted-printable"
"uuencode"
"binary"
"\x0a--"
"\x0d\x0a"
"\x0a\x0a"
"=?utf-8?B?"
"=?iso-2022-jp?Q?"
"?="
"name*0*="
"utf-8''"
"\x1b]"
"\x1b[2J"
"\x1b$B"
"\xc2\x9b"
"\xe2\x80\xae"
"\xe2\x80\x8b"
"\xf3\xa0\x81\x81"
"\xef\xb8\x8f"
"begin 644 "
"From "
">From "
"Received: from "
"Authentication-Results: "
"DKIM-Signature: v=1; "
"ARC-Seal: i=1; "
"<a href="
"<!--"
"-->"
"<script>"
"</script>"
"<style>"
"<form action="
"&#x"
"&amp;"
"<svg>"
"https://"
"hxxp"
"[.]"
"[://]"
"xn--"
"2001:db8::1"
"192.0.2.1"
"PK\x03\x04"
"PK\x01\x02"
"PK\x05\x06"
"%PDF-"
"/JavaScript"
"stream\x0a"
"endstream"
"/ObjStm"
"v=spf1 "
"v=DMARC1; p="
"v=DKIM1; p="
"%{ir}"
"redirect="
"[[rule]]\x0a"
"when = "
"HTTP/1.1 "
"Content-Encoding: gzip\x0d\x0a"
"Transfer-Encoding: chunked\x0d\x0a"
"vcardArray"
"objectClassName"
D
find "$here" -name 'seed-*' | wc -l
