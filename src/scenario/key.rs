//! A key with the kind of its value: what a table reads by it is what the page of keys says of it.

use super::diagnostic::{Diagnostics, Source};
use super::form::{Default, Keys, Row};
use super::kind::Kind;
use super::read::{Field, Fields};
use super::toml_text;

/// A key of a table.
pub(super) struct Key<T> {
    /// What is said of it.
    pub row: Row,
    kind: Kind<T>,
    default: Option<T>,
}

/// A key with its kind, default and meaning.
pub(super) fn key<T: 'static>(name: &'static str, kind: Kind<T>, default: Default, about: &'static str) -> Key<T> {
    let row = Row { name: name.into(), was: None, form: kind.form().clone(), default, about: about.into() };
    let default = match default {
        Default::Value(text) => value_of(&kind, text),
        Default::Required(_) | Default::Said(_) => None,
    };
    Key { row, kind, default }
}

/// The value that `text` spells; tests hold that each default is one.
fn value_of<T: 'static>(kind: &Kind<T>, text: &'static str) -> Option<T> {
    let tree = toml_text::parse_value(&Source::new("default", text), 0)?.ok()?;
    kind.read(&Field { path: String::new(), value: &tree }, &mut Diagnostics::new())
}

impl<T: 'static> Key<T> {
    /// The same key, which had this name; it is still read, with a warning.
    pub(super) fn was(mut self, old: &'static str) -> Key<T> {
        self.row.was = Some(old);
        self
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.row.name
    }

    /// Reads the value that stands there.
    pub(super) fn of(&self, field: &Field<'_>, errors: &mut Diagnostics) -> Option<T> {
        self.kind.read(field, errors)
    }

    /// Reads its value in `fields`, if one is given.
    pub(super) fn given(&self, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Option<T>> {
        match fields.get(self.name()) {
            Some(field) => self.of(&field, errors).map(Some),
            None => Some(None),
        }
    }

    /// Reads its value in `fields`; `default` where none is given.
    pub(super) fn or(&self, default: T, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<T> {
        self.given(fields, errors).map(|given| given.unwrap_or(default))
    }

    /// The field of `fields` under it, if there is one.
    pub(super) fn given_at<'a>(&self, fields: &Fields<'a>) -> Option<Field<'a>> {
        fields.get(self.name())
    }

    /// The field of `fields` under it; its absence is an error.
    pub(super) fn field<'a>(&self, fields: &Fields<'a>, errors: &mut Diagnostics) -> Option<Field<'a>> {
        match self.row.default {
            Default::Required(example) => fields.require(self.name(), example, errors),
            Default::Value(_) | Default::Said(_) => fields.get(self.name()),
        }
    }
}

impl<T: Clone + 'static> Key<T> {
    /// Reads its value in `fields`, or takes its default; where it has none, its absence is an error.
    pub(super) fn read(&self, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<T> {
        match self.field(fields, errors) {
            Some(field) => self.of(&field, errors),
            None => self.default.clone(),
        }
    }
}

/// Declares the keys of a table as fields of a type, of which there is one value.
macro_rules! keys {
    ($(#[$about:meta])* $Name:ident { $($field:ident: $T:ty = $key:expr;)* }) => {
        $(#[$about])*
        pub(crate) struct $Name {
            $(pub(crate) $field: $crate::scenario::key::Key<$T>,)*
        }

        impl $Name {
            /// The keys.
            pub(crate) fn get() -> &'static $Name {
                static KEYS: std::sync::LazyLock<$Name> = std::sync::LazyLock::new(|| $Name { $($field: $key,)* });
                &KEYS
            }
        }

        impl $crate::scenario::form::Keys for $Name {
            fn rows(&self) -> Vec<$crate::scenario::form::Row> {
                vec![$(self.$field.row.clone(),)*]
            }

            fn names(&self) -> Vec<&str> {
                vec![$(self.$field.name(),)*]
            }
        }
    };
}
pub(super) use keys;

/// Reads a key in a table, and sets what it says in `S`.
type Set<S> = dyn Fn(&mut S, &Fields<'_>, &mut Diagnostics) -> Option<()> + Send + Sync;

/// A key that sets something of `S`.
pub(super) struct Setting<S> {
    /// What is said of it.
    pub row: Row,
    set: Box<Set<S>>,
}

/// A setting by this key, which `put` puts in its place.
pub(super) fn setting<S: 'static, T: Send + Sync + 'static>(
    key: Key<T>,
    put: impl Fn(&mut S, T) + Send + Sync + 'static,
) -> Setting<S> {
    let row = key.row.clone();
    let set = move |settings: &mut S, fields: &Fields<'_>, errors: &mut Diagnostics| {
        if let Some(value) = key.given(fields, errors)? {
            put(settings, value);
        }
        Some(())
    };
    Setting { row, set: Box::new(set) }
}

impl<S> Setting<S> {
    /// The same setting, whose key had this name; it is still read, with a warning.
    pub(super) fn was(mut self, old: &'static str) -> Setting<S> {
        self.row.was = Some(old);
        self
    }
}

/// Sets in `settings` what `fields` say by these keys.
pub(super) fn overlay<S>(
    keys: &[Setting<S>],
    settings: &mut S,
    fields: &Fields<'_>,
    errors: &mut Diagnostics,
) -> Option<()> {
    // All are read before giving up.
    let read: Vec<Option<()>> = keys.iter().map(|key| (key.set)(settings, fields, errors)).collect();
    read.into_iter().collect()
}

impl<S> Keys for [Setting<S>] {
    fn rows(&self) -> Vec<Row> {
        self.iter().map(|key| key.row.clone()).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.iter().map(|key| &*key.row.name).collect()
    }
}
