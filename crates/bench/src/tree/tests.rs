use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::*;

const TINY: Size = Size::NAMED[0].1;

fn tree(seed: u64, broken: usize) -> (BTreeMap<String, String>, Truth) {
    let mut all = BTreeMap::new();
    let truth = files(TINY, seed, broken, &mut |path, text| {
        assert_eq!(all.insert(path.to_owned(), text.to_owned()), None, "{path} is written twice");
        Ok(())
    });
    (all, truth.unwrap())
}

#[test]
fn a_tree_is_the_same_to_the_byte_each_time() {
    let mut digest = Sha256::new();
    for (path, text) in tree(SEED, 0).0 {
        digest.update(format!("{path}\0{text}\0"));
    }
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, DIGEST, "what was measured on other trees cannot be compared any more");
}

#[test]
fn another_seed_makes_another_tree() {
    assert_ne!(tree(SEED, 0).0, tree(SEED + 1, 0).0);
}

#[test]
fn every_flaw_is_planted() {
    let (_, truth) = tree(SEED, 0);
    assert!(Flaw::ALL.iter().all(|flaw| truth.flaws(&[*flaw]) > 0), "{truth:?}");
}

#[test]
fn what_is_broken_is_what_differs() {
    let (sound, _) = tree(SEED, 0);
    let (broken, truth) = tree(SEED, 6);
    let differing: Vec<&String> =
        broken.iter().filter(|(path, text)| sound[*path] != **text).map(|(path, _)| path).collect();
    let mut told: Vec<&String> = truth.malformed.iter().map(|one| &one.file).collect();
    told.sort();
    assert_eq!(differing, told);
    assert_eq!(truth.malformed.len(), 6);
}

#[test]
fn files_are_about_as_large_as_they_should_be() {
    let (files, truth) = tree(SEED, 0);
    let profiles: Vec<usize> =
        files.iter().filter(|(path, _)| path.contains("/profiles/")).map(|(_, text)| text.len()).collect();
    assert_eq!(profiles.len(), TINY.profiles);
    assert!(
        profiles.iter().all(|bytes| bytes.abs_diff(TINY.profile_bytes) < TINY.profile_bytes / 5),
        "{profiles:?}"
    );
    assert_eq!(truth.files, files.len());
    assert_eq!(truth.bytes, files.values().map(|text| text.len() as u64).sum::<u64>());
}
