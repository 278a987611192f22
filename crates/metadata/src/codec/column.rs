//! Reading and writing with a column alone, without an app and its files.

use preauth_source::literal;

use crate::{
    Absence, Column, ElementText, FactState, NoLiteral, Type, Value, codec::element::NewContent,
    value::defaults,
};

impl Column {
    /// Reads the texts of the column's elements, one list of occurrences for each element, as a value of type `ty`.
    /// The result has no places. An element that does not occur means what its absence means in a file of a version
    /// that has it.
    pub fn decode(&self, ty: Type, elements: &[Vec<ElementText>]) -> FactState {
        self.read(elements).map_or_else(|| self.absent(ty), |fact| fact.state)
    }

    /// Gives the texts of the column's elements that make up the value, one list of occurrences for each element.
    ///
    /// # Errors
    /// [`NoLiteral`] when this kind of app cannot express the value.
    pub fn encode(&self, value: &Value) -> Result<Vec<Vec<ElementText>>, NoLiteral> {
        let contents = self.write(value, &vec![Vec::new(); self.elements.len()])?;
        Ok(contents
            .into_iter()
            .map(|content| content.map_or_else(Vec::new, NewContent::occurrences))
            .collect())
    }

    /// The state of an attribute whose elements are missing from a file of a version that has them.
    pub(super) fn absent(&self, ty: Type) -> FactState {
        match self.absence {
            Absence::Default(text) => FactState::Default(defaults::default_value(ty, text)),
            Absence::None if matches!(ty, Type::List(_)) => FactState::Default(defaults::empty_list()),
            Absence::None => FactState::None,
            Absence::Unknown => FactState::Unknown(literal!("the file does not have it")),
        }
    }
}
