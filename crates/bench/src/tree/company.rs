use fastrand::Rng;

/// The org of an invented company: the objects, classes and pages that its profiles and permission sets name.
#[derive(Debug)]
pub struct Company {
    /// Standard and custom objects, sorted.
    pub(super) objects: Vec<Object>,
    /// Apex classes, sorted.
    pub(super) classes: Vec<String>,
    /// Visualforce pages, sorted.
    pub(super) pages: Vec<String>,
    /// Lightning apps, sorted.
    pub(super) applications: Vec<String>,
}

/// An object of the org, with what belongs to it.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) name: String,
    /// Fields as permissions name them, sorted.
    pub(super) fields: Vec<String>,
    pub(super) layouts: [String; 2],
    pub(super) record_types: [String; 2],
}

const FIELDS: usize = 60;
/// What all that a profile says about one object takes, in about as many bytes.
const BYTES_OF_AN_OBJECT: usize = 12_000;

const STANDARD: [&str; 16] = [
    "Account",
    "Asset",
    "Campaign",
    "Case",
    "Contact",
    "Contract",
    "Event",
    "Idea",
    "Lead",
    "Opportunity",
    "Order",
    "Product2",
    "Quote",
    "Solution",
    "Task",
    "User",
];

const WORDS: [&str; 52] = [
    "Berth",
    "Cargo",
    "Customs",
    "Depot",
    "Dispatch",
    "Driver",
    "Fleet",
    "Freight",
    "Fuel",
    "Gate",
    "Handling",
    "Harbour",
    "Hazard",
    "Inspection",
    "Insurance",
    "Invoice",
    "Lane",
    "Ledger",
    "Load",
    "Manifest",
    "Meter",
    "Notice",
    "Outbound",
    "Packing",
    "Pallet",
    "Parcel",
    "Partner",
    "Payment",
    "Permit",
    "Pilot",
    "Pricing",
    "Quay",
    "Receipt",
    "Region",
    "Release",
    "Return",
    "Route",
    "Schedule",
    "Seal",
    "Service",
    "Shift",
    "Stock",
    "Supplier",
    "Tariff",
    "Terminal",
    "Toll",
    "Tracking",
    "Transit",
    "Vehicle",
    "Vessel",
    "Warehouse",
    "Weight",
];

impl Company {
    /// A company whose org fills profiles of so many bytes.
    pub fn new(rng: &mut Rng, profile_bytes: usize) -> Self {
        let custom = (profile_bytes / BYTES_OF_AN_OBJECT).max(4);
        let mut objects: Vec<String> = pairs(rng).into_iter().take(custom).map(|name| name + "__c").collect();
        objects.extend(STANDARD.iter().take(custom).map(ToString::to_string));
        objects.sort();
        let fields = pairs(rng);
        let objects = objects.into_iter().map(|name| Object::new(rng, name, &fields)).collect();
        let named = |rng: &mut Rng, count: usize, suffix: &str| {
            let mut names: Vec<String> =
                pairs(rng).into_iter().take(count).map(|name| name.replace('_', "") + suffix).collect();
            names.sort();
            names
        };
        Self {
            objects,
            classes: named(rng, profile_bytes / 4_000 + 4, "Controller"),
            pages: named(rng, profile_bytes / 16_000 + 2, "Page"),
            applications: named(rng, 40, "Console"),
        }
    }
}

impl Object {
    fn new(rng: &mut Rng, name: String, words: &[String]) -> Self {
        let first = rng.usize(..words.len());
        let mut fields: Vec<String> =
            (0..FIELDS).map(|index| format!("{name}.{}__c", words[(first + index) % words.len()])).collect();
        fields.sort();
        let label = name.trim_end_matches("__c").replace('_', " ");
        let record_type = |of: &str| format!("{name}.{of}");
        Self {
            layouts: [format!("{name}-{label} Layout"), format!("{name}-{label} Short Layout")],
            record_types: [record_type("Domestic"), record_type("International")],
            fields,
            name,
        }
    }

    /// True if Salesforce brings it.
    pub(super) fn is_standard(&self) -> bool {
        !self.name.ends_with("__c")
    }
}

/// Every two different words, in an order of their own: `Cargo_Lane`.
pub(super) fn pairs(rng: &mut Rng) -> Vec<String> {
    let mut pairs: Vec<String> = WORDS
        .iter()
        .flat_map(|first| WORDS.iter().map(move |second| (first, second)))
        .filter(|(first, second)| first != second)
        .map(|(first, second)| format!("{first}_{second}"))
        .collect();
    rng.shuffle(&mut pairs);
    pairs
}
