//! Reading an attribute: from the texts of its elements to one fact.

use std::sync::Arc;

use preauth_source::{ArcStr, Location, TextRange, literal};

use crate::{
    Absence, Codec, Column, Duration, ElementRef, Fact, FactState, Facts, FileFacts, Found, Item, Kind,
    Project, RefreshToken, Type, Unit, Value, secret::placeholder::is_placeholder, value::interned,
};

/// The files that one component is kept in, and the place that stands for the whole of it.
pub(crate) struct Family<'a> {
    pub(crate) files: &'a [Arc<FileFacts>],
    pub(crate) home: &'a Location,
    pub(crate) project: &'a Project,
}

/// What is known of one element of a family.
enum Slot<'a> {
    /// Here it is, once or more often.
    Found(Vec<(&'a FileFacts, &'a Found)>),
    /// The file is there, the element is not.
    Absent { anchor: Location, version: u32 },
    /// The file is not in the source.
    NoFile,
}

impl<'a> Family<'a> {
    fn slot(&self, element: &ElementRef) -> Slot<'a> {
        let files: &'a [Arc<FileFacts>] = self.files;
        let mut found = Vec::new();
        let mut absent = None;
        for file in files.iter().filter(|file| file.kind == element.kind && file.is_well_formed()) {
            let Some(capture) = file.get(element.path) else { continue };
            found.extend(capture.found.iter().filter(|found| !found.is_nil()).map(|found| (&**file, found)));
            absent.get_or_insert((file, capture.anchor));
        }
        match absent {
            _ if !found.is_empty() => Slot::Found(found),
            Some((file, anchor)) => Slot::Absent { anchor: file.at(anchor), version: file.version },
            None => Slot::NoFile,
        }
    }

    /// Reads what a column says, as a value of type `ty`.
    pub(crate) fn read(&self, ty: Type, column: &Column) -> Fact {
        match column.elements {
            // Nearly all are of one, which needs no list.
            [element] => self.fact(ty, column, &[self.slot(element)]),
            elements => self.fact(ty, column, &elements.iter().map(|one| self.slot(one)).collect::<Vec<_>>()),
        }
    }

    /// What the slots of a column's elements say.
    fn fact(&self, ty: Type, column: &Column, slots: &[Slot<'a>]) -> Fact {
        match column.codec {
            Codec::TwoSwitches => self.two_switches(ty, column, slots),
            Codec::RefreshTokenTriple => self.refresh_token_triple(ty, column, slots),
            Codec::One(item) => {
                self.first(ty, column, slots, |file, found| self.item(item, file, found, found.text()))
            }
            Codec::RefreshTokenLiteral => self.first(ty, column, slots, |file, found| {
                self.readable(
                    file,
                    found,
                    found.text(),
                    refresh_token_literal(found.text()).map(Value::RefreshToken),
                )
            }),
            Codec::Repeated(item) => self.list(ty, column, slots, |file, found| {
                let member = || self.member(item, file, found, found.text());
                (!found.text().is_empty()).then(|| Fact::new(member(), file.at(found.range())))
            }),
            Codec::Commas(item) => self.list(ty, column, slots, |file, found| {
                self.parts(file, found, &[','], |text| self.member(item, file, found, text))
            }),
            // A line is a value of its own, which a placeholder says nothing of.
            Codec::Lines(item) => self.list(ty, column, slots, |file, found| {
                self.parts(file, found, &['\n', '\r'], |text| self.item(item, file, found, text))
            }),
            Codec::Ranges { start, end } => self.list(ty, column, slots, |file, found| {
                let replaced = |name: &&str| {
                    let text = found.child(name).map(|(text, _)| text);
                    text.is_some_and(|text| is_placeholder(text) || self.project.replaced(&file.path, text))
                };
                if [start, end].iter().any(replaced) {
                    return Some(Fact::new(replaced_later(), file.at(found.range())));
                }
                Some(record(file, found, &[("start", start), ("end", end), ("description", "description")]))
            }),
            Codec::Attributes => self.list(ty, column, slots, |file, found| {
                Some(record(file, found, &[("key", "key"), ("formula", "formula")]))
            }),
            Codec::EnabledNames => self.list(ty, column, slots, |file, found| {
                let on = found.child("enabled").is_some_and(|(text, _)| &**text == "true");
                let name = found.child("name").filter(|_| on);
                name.map(|(name, range)| Fact::present(Value::Text(name.clone()), file.at(range)))
            }),
        }
    }

    /// The value of the first element that stands somewhere.
    fn first(
        &self,
        ty: Type,
        column: &Column,
        slots: &[Slot<'a>],
        read: impl Fn(&FileFacts, &Found) -> FactState,
    ) -> Fact {
        let Some(found) = slots.iter().find_map(|slot| match slot {
            Slot::Found(found) => Some(found),
            _ => None,
        }) else {
            return self.absence(ty, column, slots);
        };
        let (file, first) = found[0];
        let places = found.iter().map(|(file, found)| file.at(found.range())).collect();
        if column.elements[0].path.starts_with("//") {
            // What counts wherever it stands counts once: any of the values is one too many.
            let read = found
                .iter()
                .filter(|(_, found)| !found.text().is_empty())
                .map(|(file, found)| read(file, found));
            let states: Vec<FactState> = read.collect();
            let stated =
                states.iter().find(|state| matches!(state, FactState::Present(_))).or(states.first());
            return Fact { state: stated.cloned().unwrap_or(FactState::None), places };
        }
        let contradicted = found.iter().any(|(_, other)| other.text() != first.text());
        let state = if contradicted {
            FactState::Unknown(literal!("it is stated more than once, with different values"))
        } else if first.text().is_empty() && matches!(column.codec, Codec::One(Item::Text)) {
            FactState::None
        } else {
            read(file, first)
        };
        Fact { state, places }
    }

    /// The values of all elements that stand somewhere.
    fn list<Items: IntoIterator<Item = Fact>>(
        &self,
        ty: Type,
        column: &Column,
        slots: &[Slot<'a>],
        read: impl Fn(&FileFacts, &Found) -> Items,
    ) -> Fact {
        let found: Vec<_> = slots
            .iter()
            .flat_map(|slot| match slot {
                Slot::Found(found) => found.as_slice(),
                _ => &[],
            })
            .collect();
        if let Some(file) = column.elements.iter().find_map(|element| self.contradiction(element)) {
            let why = literal!(
                "several files of that name say different things, and which of them counts is not known"
            );
            return Fact::new(FactState::Unknown(why), file.home());
        }
        if found.is_empty() {
            return self.absence(ty, column, slots);
        }
        // Copies say the same once more.
        let found: Vec<_> = found
            .into_iter()
            .filter(|(file, _)| {
                !self.files.iter().any(|first| {
                    first.kind == file.kind
                        && first.path < file.path
                        && is_copied(file.kind)
                        && first.is_well_formed()
                })
            })
            .collect();
        let items = found.iter().flat_map(|(file, found)| read(file, found)).collect();
        // Of hundreds of names, each has its own place: for all of them that of the first will do.
        let decisive = if column.codec == Codec::EnabledNames { 1 } else { found.len() };
        let places = found.iter().take(decisive).map(|(file, found)| file.at(found.range())).collect();
        Fact { state: FactState::Present(Value::List(items)), places }
    }

    /// A file that says something else under an element than another of its kind.
    fn contradiction(&self, element: &ElementRef) -> Option<&'a FileFacts> {
        let files: &'a [Arc<FileFacts>] = self.files;
        let mut of_kind = files.iter().filter(|file| file.kind == element.kind && file.is_well_formed());
        let first = of_kind.next().filter(|file| is_copied(file.kind))?;
        let says = |file: &'a FileFacts| -> Vec<_> {
            let texts = |found: &'a Found| {
                let inside = found.children().map(|(name, text, _)| (name, &**text));
                (&**found.text(), inside.collect::<Vec<_>>())
            };
            file.found(element.path).iter().map(texts).collect()
        };
        of_kind.find(|file| says(file) != says(first)).map(|file| &**file)
    }

    /// What it means that none of the elements is there; the decisive one says.
    fn absence(&self, ty: Type, column: &Column, slots: &[Slot<'a>]) -> Fact {
        let Some(Slot::Absent { anchor, version }) = slots.first() else {
            return Fact::new(self.not_in_source(column.elements[0].kind), self.home.clone());
        };
        let state = if *version < column.since {
            FactState::Unknown(interned::not_shown(column.since))
        } else {
            match column.absence {
                Absence::Default(word) => FactState::Default(interned::default(ty, word)),
                Absence::None if matches!(ty, Type::List(_)) => FactState::Default(interned::no_members()),
                Absence::None => FactState::None,
                Absence::Unknown => FactState::Unknown(literal!("the file does not have it")),
            }
        };
        Fact::new(state, anchor.clone())
    }

    fn not_in_source(&self, kind: Kind) -> FactState {
        let broken = self.files.iter().find(|file| file.kind == kind && !file.is_well_formed());
        FactState::Unknown(match broken {
            Some(file) => format!("`{}` could not be read", file.path).into(),
            None => interned::no_file(kind),
        })
    }

    /// One item; a text that a tool replaces later is unknown until then.
    fn item(&self, item: Item, file: &FileFacts, found: &Found, text: &ArcStr) -> FactState {
        let value = match item {
            Item::Flag => match &**text {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            Item::Number => text.parse().ok().map(Value::Number),
            Item::Text => Some(Value::Text(text.clone())),
            Item::Words(words) => word_of(words, |literal| literal == &**text),
            Item::WordsOfAnyCase(words) => word_of(words, |literal| literal.eq_ignore_ascii_case(text)),
        };
        self.readable(file, found, text, value)
    }

    fn readable(&self, file: &FileFacts, found: &Found, text: &ArcStr, value: Option<Value>) -> FactState {
        let plain = !matches!(value, None | Some(Value::Text(_)));
        // A replacement often names the element together with its text.
        let element =
            || file.text.as_deref().and_then(|all| all.get(std::ops::Range::<usize>::from(found.element())));
        let replaced = |text: &str| self.project.replaced(&file.path, text);
        if !plain && (is_placeholder(text) || replaced(text) || element().is_some_and(replaced)) {
            return replaced_later();
        }
        value.map_or_else(|| FactState::Unreadable(text.clone()), FactState::Present)
    }

    /// One member of a list. A text is what it is, also where a tool replaces it later: the member is there.
    fn member(&self, item: Item, file: &FileFacts, found: &Found, text: &ArcStr) -> FactState {
        match item {
            Item::Text => FactState::Present(Value::Text(text.clone())),
            other => self.item(other, file, found, text),
        }
    }

    /// The items between separators, each with its own place.
    fn parts(
        &self,
        file: &FileFacts,
        found: &Found,
        separators: &[char],
        read: impl Fn(&ArcStr) -> FactState,
    ) -> Vec<Fact> {
        let raw =
            file.text.as_deref().and_then(|text| text.get(std::ops::Range::<usize>::from(found.range())));
        // Places inside the element are only exact where the text stands there as it is.
        let exact = raw.is_some_and(|raw| raw == &**found.text());
        let mut facts = Vec::new();
        for part in found.text().split(separators) {
            let text = part.trim();
            if text.is_empty() {
                continue;
            }
            let offset = text.as_ptr() as usize - found.text().as_ptr() as usize;
            let range = if exact { inner_range(found.range(), offset, text.len()) } else { found.range() };
            facts.push(Fact::new(read(&text.into()), file.at(range)));
        }
        facts
    }

    /// Off if either switch is off, otherwise what the developer's switch says.
    fn two_switches(&self, ty: Type, column: &Column, slots: &[Slot<'a>]) -> Fact {
        let switch = |index: usize| -> Option<Fact> {
            let one = &slots[index..=index];
            matches!(one[0], Slot::Found(_)).then(|| {
                self.first(ty, column, one, |file, found| self.item(Item::Flag, file, found, found.text()))
            })
        };
        let (developer, admin) = (switch(0), switch(1));
        let off =
            |fact: &Option<Fact>| fact.as_ref().is_some_and(|fact| fact.value() == Some(&Value::Bool(false)));
        let places = |first: &Fact, second: &Option<Fact>| {
            first.places.iter().chain(second.iter().flat_map(|fact| fact.places.iter())).cloned().collect()
        };
        match (developer, admin) {
            (developer, Some(admin))
                if matches!(admin.state, FactState::Unreadable(_)) && !off(&developer) =>
            {
                admin
            }
            (Some(developer), admin) if off(&Some(developer.clone())) || !off(&admin) => {
                Fact { places: places(&developer, &admin), state: developer.state }
            }
            (developer, Some(admin)) if off(&Some(admin.clone())) => {
                Fact { places: places(&admin, &developer), state: admin.state }
            }
            _ => self.absence(ty, column, slots),
        }
    }

    fn refresh_token_triple(&self, ty: Type, column: &Column, slots: &[Slot<'a>]) -> Fact {
        let text = |index: usize| match &slots[index] {
            Slot::Found(found) => Some(found[0].1.text().clone()),
            _ => None,
        };
        let (period, unit) = (text(1), text(2));
        let fact = self.first(ty, column, slots, |file, found| {
            let counted = || -> Option<Duration> {
                let unit = unit.as_deref()?;
                let unit = [Unit::Hours, Unit::Days, Unit::Months]
                    .into_iter()
                    .find(|known| known.title_case() == unit)?;
                Duration::new(period.as_deref()?, unit)
            };
            let value = match &**found.text() {
                "Infinite" => Some(RefreshToken::UntilRevoked),
                "Zero" => Some(RefreshToken::ExpireImmediately),
                "SpecificLifetime" => counted().map(RefreshToken::AfterLifetime),
                "SpecificInactivity" => counted().map(RefreshToken::AfterInactivity),
                _ => None,
            };
            self.readable(file, found, found.text(), value.map(Value::RefreshToken))
        });
        let mut places = fact.places.to_vec();
        for slot in &slots[1..] {
            let Slot::Found(found) = slot else { continue };
            let place = found[0].0.at(found[0].1.range());
            if !places.contains(&place) {
                places.push(place);
            }
        }
        Fact { places: places.into(), ..fact }
    }
}

/// What is known of a text that a deployment replaces.
pub(crate) fn replaced_later() -> FactState {
    FactState::Unknown(literal!("a placeholder that is replaced on deployment"))
}

/// Whether a second file of a kind is a copy of the whole, and not one more part of it.
fn is_copied(kind: Kind) -> bool {
    kind != Kind::PermissionSetUserPermission
}

fn inner_range(range: TextRange, offset: usize, len: usize) -> TextRange {
    let size = |n: usize| u32::try_from(n).expect("invariant: a part is no longer than its file").into();
    TextRange::at(range.start() + size(offset), size(len))
}

fn record(file: &FileFacts, found: &Found, fields: &[(&'static str, &str)]) -> Fact {
    let facts: Facts = fields
        .iter()
        .map(|(name, element)| {
            let fact = match found.child(element) {
                Some((text, range)) => Fact::present(Value::Text(text.clone()), file.at(range)),
                None => Fact::new(FactState::None, file.at(found.range())),
            };
            (*name, fact)
        })
        .collect();
    Fact::present(Value::Record(facts), file.at(found.range()))
}

fn word_of(words: &[(&str, &str)], is: impl Fn(&str) -> bool) -> Option<Value> {
    words.iter().find(|(_, literal)| is(literal)).map(|(word, _)| Value::word(word))
}

fn refresh_token_literal(text: &str) -> Option<RefreshToken> {
    match text {
        "infinite" => return Some(RefreshToken::UntilRevoked),
        "zero" => return Some(RefreshToken::ExpireImmediately),
        _ => {}
    }
    let mut parts = text.split(':');
    let (policy, amount, unit) = (parts.next()?, parts.next()?, parts.next()?);
    let unit = [Unit::Hours, Unit::Days, Unit::Months].into_iter().find(|known| known.as_str() == unit)?;
    let period = Duration::new(amount, unit)?;
    match (policy, parts.next()) {
        ("specific_lifetime", None) => Some(RefreshToken::AfterLifetime(period)),
        ("specific_inactivity", None) => Some(RefreshToken::AfterInactivity(period)),
        _ => None,
    }
}

impl Value {
    /// Reads a value of a type from the text that a policy would write; `None` when it is no value of that type.
    pub fn read(ty: Type, text: &str) -> Option<Self> {
        match ty {
            Type::Bool => text.parse().ok().map(Self::Bool),
            Type::Number => text.parse().ok().map(Self::Number),
            Type::Text | Type::Any => Some(Self::text(text)),
            Type::Enum(words) => {
                words.iter().find(|word| word.name == text).map(|word| Self::word(word.name))
            }
            Type::Duration => text.parse().ok().map(Self::Duration),
            Type::Date => text.parse().ok().map(Self::Date),
            Type::RefreshToken => text.parse().ok().map(Self::RefreshToken),
            Type::List(_) | Type::Record(_) => None,
        }
    }
}
