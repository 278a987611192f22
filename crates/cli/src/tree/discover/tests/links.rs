use std::{
    ffi::OsStr,
    os::unix::{ffi::OsStrExt, fs::symlink},
};

use super::*;

#[test]
fn links_to_files_are_read_and_links_to_folders_are_not_followed() {
    let disk = OnDisk::with(&["app/A.profile"]).project("", &["app"]);
    symlink(disk.at("app/A.profile"), disk.at("app/B.profile")).unwrap();
    symlink(disk.at("app"), disk.at("app/loop")).unwrap();
    symlink(disk.at("app"), disk.at("app/C.profile")).unwrap();
    assert_eq!(files(&disk.tree(&[""])), ["app/A.profile", "app/B.profile"]);
}

#[test]
fn a_link_that_leads_nowhere_is_left_to_the_reader() {
    let disk = OnDisk::with(&["app/A.profile"]).project("", &["app"]);
    symlink(disk.at("gone"), disk.at("app/B.profile")).unwrap();
    assert_eq!(files(&disk.tree(&[""])), ["app/A.profile", "app/B.profile"]);
}

#[test]
fn a_package_directory_that_is_a_link_is_read() {
    let disk = OnDisk::with(&["shared/app/A.profile"]).project("crm", &["app"]);
    symlink(disk.at("shared/app"), disk.at("crm/app")).unwrap();
    assert_eq!(files(&disk.tree(&["crm"])), ["app/A.profile"]);
}

#[test]
fn a_file_that_is_a_link_belongs_where_the_link_is() {
    let disk = OnDisk::with(&["shared/A.profile", "crm/app/"]).project("crm", &["app"]);
    symlink(disk.at("shared/A.profile"), disk.at("crm/app/A.profile")).unwrap();
    let tree = disk.tree(&["crm/app/A.profile"]);
    assert_eq!(
        (tree.root.clone(), tree.scope.as_slice()),
        (disk.at("crm"), ["app/A.profile".to_owned()].as_slice())
    );
}

#[test]
fn a_name_that_is_not_utf8_is_pointed_at() {
    let disk = OnDisk::with(&["app/A.profile"]).project("", &["app"]);
    let name = OsStr::from_bytes(b"B\xFF.profile");
    fs::write(disk.at("app").as_std_path().join(name), "").unwrap();
    let tree = disk.tree(&[""]);
    assert_eq!(files(&tree), ["app/A.profile"]);
    assert_eq!(problems(&tree), [("this file is not read: its path is not UTF-8", "app/B\u{fffd}.profile")]);
}
