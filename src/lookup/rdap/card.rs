//! The contact card of an entity: jCard (RFC 7095) as RDAP carries it, and the little of JSContact (RFC 9553) that some
//! registries send in its place. Wrong shapes are skipped, not refused.

use serde_json::Value;

use super::object::{NAME, text};
use crate::lookup::registries::{clean, country, withheld};

/// The most properties that are looked at.
const PROPERTIES: usize = 64;
/// The most addresses and telephone numbers, each.
const REACHED: usize = 8;

/// Who somebody is and how he is reached. What is withheld is not there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) name: Option<String>,
    pub(super) organization: Option<String>,
    /// `org`, `group`, `individual`; lower case.
    pub(super) kind: Option<String>,
    pub(super) country: Option<String>,
    pub(super) mail: Vec<String>,
    pub(super) telephones: Vec<String>,
}

impl Card {
    /// The card in an entity.
    pub(super) fn read(entity: &Value, cut: &mut bool) -> Self {
        let mut card = Self::default();
        let properties = entity.get("vcardArray").and_then(|card| card.get(1)).and_then(Value::as_array);
        for property in properties.into_iter().flatten().take(PROPERTIES) {
            let Some([Value::String(kind), parameters, _, value, ..]) = property.as_array().map(Vec::as_slice) else {
                continue;
            };
            card.property(&kind.to_ascii_lowercase(), parameters, value, cut);
        }
        if let Some(modern) = entity.get("jscard").or_else(|| entity.get("jscontact_card")) {
            card.modern(modern, cut);
        }
        card
    }

    fn property(&mut self, kind: &str, parameters: &Value, value: &Value, cut: &mut bool) {
        match kind {
            "fn" => set(&mut self.name, first(value), cut),
            "org" => set(&mut self.organization, first(value), cut),
            "kind" => set(&mut self.kind, first(value), cut),
            "email" => add(&mut self.mail, first(value), cut),
            "tel" => {
                let fax =
                    parameters.get("type").is_some_and(|kind| words(kind).any(|word| word.eq_ignore_ascii_case("fax")));
                if !fax {
                    add(&mut self.telephones, first(value).map(|text| text.trim_start_matches("tel:")), cut);
                }
            }
            "adr" => {
                let code = parameters.get("cc").and_then(Value::as_str);
                let named = value.get(6).and_then(first);
                self.country = self.country.take().or_else(|| {
                    code.and_then(|code| country(code, cut)).or_else(|| named.and_then(|name| country(name, cut)))
                });
            }
            _ => {}
        }
    }

    fn modern(&mut self, card: &Value, cut: &mut bool) {
        set(&mut self.name, card.get("name").and_then(|name| text(name, "full")), cut);
        set(&mut self.organization, each(card, "organizations").find_map(|one| text(one, "name")), cut);
        for mail in each(card, "emails").filter_map(|one| text(one, "address")) {
            add(&mut self.mail, Some(mail), cut);
        }
        for number in each(card, "phones").filter_map(|one| text(one, "number")) {
            add(&mut self.telephones, Some(number.trim_start_matches("tel:")), cut);
        }
        let code = each(card, "addresses").find_map(|one| text(one, "countryCode"));
        self.country = self.country.take().or_else(|| code.and_then(|code| country(code, cut)));
    }

    /// The organization, else the name.
    pub(super) fn who(&self) -> Option<&str> {
        self.organization.as_deref().or(self.name.as_deref())
    }
}

/// The members of a map or the entries of a list.
fn each<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let (map, list) = match value.get(key) {
        Some(Value::Object(map)) => (Some(map.values()), None),
        Some(Value::Array(list)) => (None, Some(list.iter())),
        _ => (None, None),
    };
    map.into_iter().flatten().chain(list.into_iter().flatten()).take(PROPERTIES)
}

/// A text, or the first text of a list (an organization with its units).
fn first(value: &Value) -> Option<&str> {
    words(value).find(|text| !text.trim().is_empty())
}

fn words(value: &Value) -> impl Iterator<Item = &str> {
    let (one, many) = match value {
        Value::String(text) => (Some(text.as_str()), None),
        Value::Array(list) => (None, Some(list.iter().take(PROPERTIES).filter_map(Value::as_str))),
        _ => (None, None),
    };
    one.into_iter().chain(many.into_iter().flatten())
}

fn set(place: &mut Option<String>, text: Option<&str>, cut: &mut bool) {
    if let (None, Some(text)) = (&place, text) {
        *place = Some(clean(text, NAME, cut)).filter(|text| !withheld(text));
    }
}

fn add(list: &mut Vec<String>, text: Option<&str>, cut: &mut bool) {
    if let Some(text) = text {
        let text = clean(text, NAME, cut);
        if list.len() < REACHED && !withheld(&text) && !list.contains(&text) {
            list.push(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_card_is_read_whatever_its_shape() {
        let mut cut = false;
        let entity = json!({"vcardArray": ["vcard", [
            ["version", {}, "text", "4.0"],
            ["FN", {}, "text", "Abuse Desk"],
            ["org", {"type": "work"}, "text", ["Example Trading Ltd", "Unit 7"]],
            ["adr", {"cc": "jp"}, "text", ["", "", "1-2-3 Example", "Chiyoda", "Tokyo", "100-0000", "Japan"]],
            ["email", {}, "text", "abuse@example.net"],
            ["email", {}, "text", "abuse@example.net"],
            ["email", {}, "text", "REDACTED FOR PRIVACY"],
            ["tel", {"type": ["voice"]}, "uri", "tel:+81.300000000"],
            ["tel", {"type": "fax"}, "uri", "tel:+81.399999999"],
            ["tel", "no parameters", 5, {}],
            ["tel"],
            "tel",
            7,
        ]]});
        let card = Card::read(&entity, &mut cut);
        assert_eq!(card.who(), Some("Example Trading Ltd"));
        assert_eq!(card.name.as_deref(), Some("Abuse Desk"));
        assert_eq!(card.country.as_deref(), Some("JP"));
        assert_eq!(card.mail, ["abuse@example.net"]);
        assert_eq!(card.telephones, ["+81.300000000"]);
        let modern = json!({"jscard": {
            "name": {"full": "Anna Example"},
            "organizations": {"o": {"name": "Example GmbH"}},
            "emails": {"e": {"address": "anna@example.org"}},
            "phones": [{"number": "tel:+49.1"}],
            "addresses": {"a": {"countryCode": "DE"}},
        }});
        let card = Card::read(&modern, &mut cut);
        assert_eq!((card.who(), card.country.as_deref()), (Some("Example GmbH"), Some("DE")));
        assert_eq!((card.mail, card.telephones), (vec!["anna@example.org".to_owned()], vec!["+49.1".to_owned()]));
        assert!(!cut);
        for odd in [json!({}), json!({"vcardArray": 5}), json!({"vcardArray": ["vcard"]}), json!([]), json!(null)] {
            assert_eq!(Card::read(&odd, &mut cut), Card::default(), "{odd}");
        }
    }

    #[test]
    fn what_is_withheld_is_not_there() {
        let mut cut = false;
        let entity = json!({"vcardArray": ["vcard", [
            ["fn", {}, "text", ""],
            ["org", {}, "text", "REDACTED FOR PRIVACY"],
            ["adr", {}, "text", ["", "", "", "", "", "", ""]],
        ]]});
        assert_eq!(Card::read(&entity, &mut cut), Card::default());
    }
}
