use std::{ops::Deref, slice, sync::Arc};

use preauth_source::Location;

/// The places where something is decided, the decisive one first. Most often it is one, so that one takes no room of
/// its own.
#[derive(Clone, Debug)]
pub struct Places(Storage);

#[derive(Clone, Debug)]
enum Storage {
    One(Location),
    Others(Arc<Vec<Location>>),
}

impl Deref for Places {
    type Target = [Location];

    fn deref(&self) -> &[Location] {
        match &self.0 {
            Storage::One(place) => slice::from_ref(place),
            Storage::Others(places) => places,
        }
    }
}

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Places {}

impl From<Location> for Places {
    fn from(place: Location) -> Self {
        Self(Storage::One(place))
    }
}

impl From<Vec<Location>> for Places {
    fn from(mut places: Vec<Location>) -> Self {
        match places.len() {
            1 => Self(Storage::One(places.remove(0))),
            _ => Self(Storage::Others(places.into())),
        }
    }
}

impl FromIterator<Location> for Places {
    fn from_iter<I: IntoIterator<Item = Location>>(places: I) -> Self {
        let mut places = places.into_iter();
        match (places.next(), places.next()) {
            (Some(one), None) => one.into(),
            (first, second) => {
                let mut all = Vec::with_capacity(places.size_hint().0 + 2);
                all.extend(first.into_iter().chain(second).chain(places));
                all.into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_kept_in_their_order_however_many_there_are() {
        for count in 0..4 {
            let places: Vec<_> =
                (0..count).map(|name| Location::start_of(name.to_string().as_str().into())).collect();
            assert_eq!(*places.iter().cloned().collect::<Places>(), places[..]);
            assert_eq!(Places::from(places.clone()), places.into_iter().collect());
        }
    }

    #[test]
    fn one_place_takes_no_room_of_its_own() {
        assert_eq!(size_of::<Places>(), size_of::<Location>());
    }
}
