//! A CVSS vector as an object, in the words of FIRST's JSON schemas (`cvss-v2.0.json` to `cvss-v4.0.json`), which CSAF and CVE both take.

use serde_json::{Map, Value, json};

use crate::model::advisory::severity::{CvssVersion, Vector};
use crate::model::arrange::InOrder as _;

/// The name of a metric in full, and the words for its values.
type Metric = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const IMPACT: &[(&str, &str)] = &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH")];
const REQUIREMENT: &[(&str, &str)] = &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH")];
const VECTOR: &[(&str, &str)] = &[("N", "NETWORK"), ("A", "ADJACENT_NETWORK"), ("L", "LOCAL"), ("P", "PHYSICAL")];
const COMPLEXITY: &[(&str, &str)] = &[("L", "LOW"), ("H", "HIGH")];
const INTERACTION: &[(&str, &str)] = &[("N", "NONE"), ("R", "REQUIRED")];
const SCOPE: &[(&str, &str)] = &[("U", "UNCHANGED"), ("C", "CHANGED")];

/// CVSS 3.0 and 3.1, sections 2 to 4.
const THREE: &[Metric] = &[
    ("AV", "attackVector", VECTOR),
    ("AC", "attackComplexity", COMPLEXITY),
    ("PR", "privilegesRequired", IMPACT),
    ("UI", "userInteraction", INTERACTION),
    ("S", "scope", SCOPE),
    ("C", "confidentialityImpact", IMPACT),
    ("I", "integrityImpact", IMPACT),
    ("A", "availabilityImpact", IMPACT),
    ("E", "exploitCodeMaturity", &[("U", "UNPROVEN"), ("P", "PROOF_OF_CONCEPT"), ("F", "FUNCTIONAL"), ("H", "HIGH")]),
    (
        "RL",
        "remediationLevel",
        &[("O", "OFFICIAL_FIX"), ("T", "TEMPORARY_FIX"), ("W", "WORKAROUND"), ("U", "UNAVAILABLE")],
    ),
    ("RC", "reportConfidence", &[("U", "UNKNOWN"), ("R", "REASONABLE"), ("C", "CONFIRMED")]),
    ("CR", "confidentialityRequirement", REQUIREMENT),
    ("IR", "integrityRequirement", REQUIREMENT),
    ("AR", "availabilityRequirement", REQUIREMENT),
    ("MAV", "modifiedAttackVector", VECTOR),
    ("MAC", "modifiedAttackComplexity", COMPLEXITY),
    ("MPR", "modifiedPrivilegesRequired", IMPACT),
    ("MUI", "modifiedUserInteraction", INTERACTION),
    ("MS", "modifiedScope", SCOPE),
    ("MC", "modifiedConfidentialityImpact", IMPACT),
    ("MI", "modifiedIntegrityImpact", IMPACT),
    ("MA", "modifiedAvailabilityImpact", IMPACT),
];

const IMPACT_OF_TWO: &[(&str, &str)] = &[("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")];

/// CVSS 2.0, sections 2.1 to 2.3.
const TWO: &[Metric] = &[
    ("AV", "accessVector", &[("L", "LOCAL"), ("A", "ADJACENT_NETWORK"), ("N", "NETWORK")]),
    ("AC", "accessComplexity", &[("H", "HIGH"), ("M", "MEDIUM"), ("L", "LOW")]),
    ("Au", "authentication", &[("M", "MULTIPLE"), ("S", "SINGLE"), ("N", "NONE")]),
    ("C", "confidentialityImpact", IMPACT_OF_TWO),
    ("I", "integrityImpact", IMPACT_OF_TWO),
    ("A", "availabilityImpact", IMPACT_OF_TWO),
    ("E", "exploitability", &[("U", "UNPROVEN"), ("POC", "PROOF_OF_CONCEPT"), ("F", "FUNCTIONAL"), ("H", "HIGH")]),
    (
        "RL",
        "remediationLevel",
        &[("OF", "OFFICIAL_FIX"), ("TF", "TEMPORARY_FIX"), ("W", "WORKAROUND"), ("U", "UNAVAILABLE")],
    ),
    ("RC", "reportConfidence", &[("UC", "UNCONFIRMED"), ("UR", "UNCORROBORATED"), ("C", "CONFIRMED")]),
    (
        "CDP",
        "collateralDamagePotential",
        &[("N", "NONE"), ("L", "LOW"), ("LM", "LOW_MEDIUM"), ("MH", "MEDIUM_HIGH"), ("H", "HIGH")],
    ),
    ("TD", "targetDistribution", &[("N", "NONE"), ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH")]),
    ("CR", "confidentialityRequirement", REQUIREMENT),
    ("IR", "integrityRequirement", REQUIREMENT),
    ("AR", "availabilityRequirement", REQUIREMENT),
];

/// Returns a vector with its score and its metrics in full. Of version 4 only what the schema demands: the vector has the rest.
pub(super) fn object(vector: &Vector) -> Value {
    let mut object = json!({
        "version": vector.version(),
        "vectorString": vector,
        "baseScore": vector.score().value(),
    });
    let known: &[Metric] = match vector.version() {
        CvssVersion::V20 => TWO,
        CvssVersion::V30 | CvssVersion::V31 => THREE,
        CvssVersion::V40 => &[],
    };
    match vector.version() {
        // The schema of version 2 knows no band.
        CvssVersion::V20 => {}
        CvssVersion::V30 | CvssVersion::V31 | CvssVersion::V40 => {
            object["baseSeverity"] = vector.band().as_str().to_ascii_uppercase().into();
        }
    }
    if let Some(members) = object.as_object_mut() {
        members.extend(metrics(vector, known));
    }
    object
}

fn metrics(vector: &Vector, known: &[Metric]) -> Map<String, Value> {
    let full = |(name, value): (&str, &str)| {
        let (_, full, words) = known.iter().find(|(short, _, _)| *short == name)?;
        let (_, word) = words.iter().find(|(short, _)| *short == value)?;
        Some(((*full).to_owned(), Value::from(*word)))
    };
    vector.metrics().filter_map(full).in_order()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_of_versions_2_and_3_has_its_name_in_full() {
        for (text, metrics) in [
            ("CVSS:3.1/AV:A/AC:H/PR:L/UI:R/S:C/C:L/I:N/A:H/E:P/RL:T/RC:R/CR:M/MAV:P/MS:U/MA:L", 15),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8),
            ("AV:A/AC:M/Au:S/C:P/I:C/A:N/E:POC/RL:OF/RC:UR/CDP:LM/TD:M/CR:H", 12),
        ] {
            let vector: Vector = text.parse().expect(text);
            let object = object(&vector);
            let members = object.as_object().expect("an object").len();
            let others = if vector.version() == CvssVersion::V20 { 3 } else { 4 };
            assert_eq!(members, metrics + others, "{object}");
        }
        let four: Vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N".parse().expect("a vector");
        assert_eq!(object(&four)["baseSeverity"], "CRITICAL");
    }
}
