//! Shapes that know their own fields: one declaration makes the struct, its JSON and its row in the document, so that
//! the three cannot differ. Nothing here knows a mail.

use serde::{Serialize, Serializer};

/// A field as the document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type in words: `text`, `number or null`, `list of link`.
    pub kind: String,
    /// What it says.
    pub about: String,
    /// The words that it may hold; empty where it is free.
    pub words: Vec<&'static str>,
}

/// A shape as the document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its name, lower case.
    pub name: String,
    /// Its fields in order.
    pub fields: Vec<Field>,
}

/// A type that may stand in the record.
pub trait Said {
    /// Its type in words.
    fn said() -> String;
    /// The words that it may hold.
    #[must_use]
    fn words() -> Vec<&'static str> {
        Vec::new()
    }
    /// The shapes that it is made of, itself first.
    #[must_use]
    fn shapes() -> Vec<Shape> {
        Vec::new()
    }
}

macro_rules! said {
    ($($type:ty = $word:literal),* $(,)?) => { $(
        impl Said for $type {
            fn said() -> String {
                $word.to_owned()
            }
        }
    )* };
}
said! { &str = "text", String = "text", i64 = "number", f64 = "number", bool = "true or false", [i64; 2] = "two numbers" }

impl<T: Said> Said for Option<T> {
    fn said() -> String {
        format!("{} or null", T::said())
    }
    fn words() -> Vec<&'static str> {
        T::words()
    }
    fn shapes() -> Vec<Shape> {
        T::shapes()
    }
}

impl<T: Said> Said for Vec<T> {
    fn said() -> String {
        format!("list of {}", T::said())
    }
    fn words() -> Vec<&'static str> {
        T::words()
    }
    fn shapes() -> Vec<Shape> {
        T::shapes()
    }
}

/// One of a fixed set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<T>(pub T);

/// A set of words.
pub trait Worded {
    /// All of them.
    const ALL: &'static [&'static str];
    /// The word of this value.
    fn word(&self) -> &'static str;
}

impl<T: Worded> Said for Word<T> {
    fn said() -> String {
        "word".to_owned()
    }
    fn words() -> Vec<&'static str> {
        T::ALL.to_vec()
    }
}

impl<T: Worded> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

/// The words of a type: a variant without one does not compile.
macro_rules! words {
    ($($type:ty { $($pattern:pat => $word:literal),* $(,)? })*) => { $(
        impl $crate::record::declare::Worded for $type {
            const ALL: &'static [&'static str] = &[$($word),*];
            fn word(&self) -> &'static str {
                match self { $($pattern => $word),* }
            }
        }
    )* };
}

/// A documentation comment as one line.
pub(crate) fn about(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// A struct whose documentation comments are also its document.
macro_rules! shape {
    ($(#[doc = $say:literal])+ $name:ident $(<$life:lifetime>)? {
        $($(#[doc = $doc:literal])+ $field:ident: $type:ty),* $(,)?
    }) => {
        $(#[doc = $say])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name $(<$life>)? {
            $($(#[doc = $doc])+ pub $field: $type),*
        }

        impl $(<$life>)? $crate::record::declare::Said for $name $(<$life>)? {
            fn said() -> String {
                stringify!($name).to_lowercase()
            }
            fn shapes() -> Vec<$crate::record::declare::Shape> {
                use $crate::record::declare::{Field, Said, Shape, about};
                let fields = vec![$(Field {
                    name: stringify!($field),
                    kind: <$type as Said>::said(),
                    about: about(&[$($doc),+]),
                    words: <$type as Said>::words(),
                }),*];
                let mut all = vec![Shape { name: Self::said(), fields }];
                $(all.extend(<$type as Said>::shapes());)*
                all
            }
        }
    };
}

pub(crate) use {shape, words};
