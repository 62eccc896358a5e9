//! Labels of international names back in their own letters (RFC 3492), for showing and comparing. What does not decode
//! stays as it is.

/// A label as its owner writes it.
pub(super) fn unicode(label: &str) -> String {
    label.strip_prefix("xn--").and_then(decode).unwrap_or_else(|| label.to_owned())
}

/// Decodes a punycode label without its `xn--` (RFC 3492 section 6.2); `None` where it is none.
fn decode(label: &str) -> Option<String> {
    let (basic, rest) = label.rsplit_once('-').unwrap_or(("", label));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = rest.bytes();
    loop {
        let old = i;
        let (mut weight, mut k) = (1_u32, 36_u32);
        loop {
            let Some(byte) = digits.next() else {
                return (k == 36 && weight == 1).then(|| out.into_iter().collect());
            };
            let digit = match byte.to_ascii_lowercase() {
                letter @ b'a'..=b'z' => u32::from(letter - b'a'),
                figure @ b'0'..=b'9' => u32::from(figure - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let count = out.len() as u32 + 1;
        let mut delta = if old == 0 { i / 700 } else { (i - old) / 2 };
        delta += delta / count;
        let mut steps = 0;
        while delta > 455 {
            delta /= 35;
            steps += 36;
        }
        bias = steps + 36 * delta / (delta + 38);
        n = n.checked_add(i / count)?;
        i %= count;
        out.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_the_rfc_writes_them() {
        for (label, shown) in
            [("xn--bcher-kva", "bücher"), ("xn--pypal-4ve", "pаypal"), ("xn--a b", "xn--a b"), ("plain", "plain")]
        {
            assert_eq!(unicode(label), shown);
        }
    }
}
