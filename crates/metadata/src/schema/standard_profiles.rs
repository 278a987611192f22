//! **The table of standard profiles**: the profiles that every org has, with the names under which apps mention them.
//! The file of such a profile always has the same name, but an app names it as Setup does, in the language of the org.

/// A standard profile.
#[derive(Debug)]
pub(crate) struct StandardProfile {
    /// Its file name, which is the same in every language.
    pub(crate) file: &'static str,
    /// Its name in Setup in English.
    pub(crate) english: &'static str,
    /// Its names in Setup in other languages, as orgs and Salesforce's own code have them.
    pub(crate) translated: &'static [&'static str],
    /// Names that it probably has in further languages. A name of these is never enough to resolve an assignment.
    pub(crate) probable: &'static [&'static str],
}

const fn english(file: &'static str, english: &'static str) -> StandardProfile {
    StandardProfile { file, english, translated: &[], probable: &[] }
}

/// Source: the names that NPSP (`UTIL_Profile`) compares with, metadata of orgs in these languages, and manuals of vendors.
static STANDARD_PROFILES: &[StandardProfile] = &[
    StandardProfile {
        translated: &[
            "Systemadministrator",
            "Administrateur système",
            "Administrador del sistema",
            "Administrador do sistema",
            "Amministratore del sistema",
            "システム管理者",
            "시스템 관리자",
            "Systeembeheerder",
            "Systemadministratör",
        ],
        probable: &["Järjestelmänvalvoja", "系统管理员", "系統管理員", "Системный администратор", "ผู้ดูแลระบบ"],
        ..english("Admin", "System Administrator")
    },
    StandardProfile {
        translated: &[
            "Standardbenutzer",
            "Utilisateur standard",
            "Usuario estándar",
            "標準ユーザ",
            "標準ユーザー",
            "표준 사용자",
            "Standaardgebruiker",
        ],
        probable: &[
            "Usuário padrão",
            "Utente standard",
            "Standardanvändare",
            "Standardbruger",
            "Standardbruker",
            "Vakiokäyttäjä",
            "标准用户",
            "標準使用者",
            "Стандартный пользователь",
            "ผู้ใช้มาตรฐาน",
        ],
        ..english("Standard", "Standard User")
    },
    StandardProfile {
        translated: &["Lesezugriff", "Lecture seule", "Sólo lectura", "参照のみ", "Alleen-lezen"],
        probable: &["Somente leitura", "Sola lettura", "只读", "唯讀"],
        ..english("ReadOnly", "Read Only")
    },
    StandardProfile {
        translated: &["솔루션 관리자"],
        probable: &["ソリューション管理者"],
        ..english("SolutionManager", "Solution Manager")
    },
    StandardProfile {
        translated: &["마케팅 사용자"],
        probable: &["マーケティングユーザ"],
        ..english("MarketingProfile", "Marketing User")
    },
    StandardProfile {
        translated: &["계약 관리자"],
        probable: &["契約管理者"],
        ..english("ContractManager", "Contract Manager")
    },
    StandardProfile {
        translated: &["標準 Platform ユーザ", "표준 플랫폼 사용자"],
        ..english("StandardAul", "Standard Platform User")
    },
    english("HighVolumePortal", "High Volume Customer Portal"),
];

impl StandardProfile {
    /// The standard profile that Setup calls so, in a language whose names are known.
    pub(crate) fn called(name: &str) -> Option<&'static Self> {
        STANDARD_PROFILES.iter().find(|profile| profile.english == name || profile.translated.contains(&name))
    }

    /// The standard profile that Setup probably calls so in a language whose names are not known for sure.
    pub(crate) fn probably_called(name: &str) -> Option<&'static Self> {
        STANDARD_PROFILES.iter().find(|profile| profile.probable.contains(&name))
    }

    /// The standard profile with this file name.
    pub(crate) fn of_file(name: &str) -> Option<&'static Self> {
        STANDARD_PROFILES.iter().find(|profile| profile.file == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_means_one_profile() {
        let names =
            |profile: &StandardProfile| [&[profile.english], profile.translated, profile.probable].concat();
        let all: Vec<_> = STANDARD_PROFILES.iter().flat_map(names).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn only_known_names_resolve() {
        let file = |name: &str| StandardProfile::called(name).map(|profile| profile.file);
        assert_eq!(file("System Administrator"), Some("Admin"));
        assert_eq!(file("システム管理者"), Some("Admin"));
        assert_eq!(file("系统管理员"), None);
        assert!(StandardProfile::probably_called("系统管理员").is_some());
    }
}
