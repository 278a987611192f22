use crate::EnumLiteral;

/// The two kinds of app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppKind {
    /// One `ConnectedApp` file.
    ConnectedApp,
    /// An `ExternalClientApplication` and the files that name it.
    ExternalClientApp,
}

impl AppKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::ConnectedApp, Self::ExternalClientApp];

    /// In the policies' words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConnectedApp => "connectedApp",
            Self::ExternalClientApp => "externalClientApp",
        }
    }

    /// The name in a sentence.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ConnectedApp => "connected app",
            Self::ExternalClientApp => "external client app",
        }
    }

    /// The name in a sentence, with an article.
    pub const fn label_with_article(self) -> &'static str {
        match self {
            Self::ConnectedApp => "a connected app",
            Self::ExternalClientApp => "an external client app",
        }
    }

    /// The name of several in a sentence.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::ConnectedApp => "connected apps",
            Self::ExternalClientApp => "external client apps",
        }
    }

    /// The name in Setup, as a title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ConnectedApp => "Connected App",
            Self::ExternalClientApp => "External Client App",
        }
    }

    /// The enum literal of the attribute `kind`.
    pub(crate) const fn enum_literal(self) -> EnumLiteral {
        EnumLiteral { name: self.as_str(), setup: self.title() }
    }
}
