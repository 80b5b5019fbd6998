//! What somebody meets who has just cloned it: a build that shows how far it is, and a licence.

use std::path::Path;
use std::process::Command;

#[test]
fn a_build_that_takes_minutes_says_how_many_and_shows_how_far_it_is() {
    for goal in ["demo", "model", "bench"] {
        let output = Command::new("make")
            .args(["--dry-run", "CARGO=cargo", goal])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let recipe = String::from_utf8(output.stdout).unwrap();
        let builds: Vec<&str> = recipe.lines().filter(|line| line.starts_with("cargo build")).collect();
        assert!(!builds.is_empty() && builds.iter().all(|line| !line.contains("quiet")), "{goal}: {recipe}");
        let before = recipe.split("cargo build").next().unwrap();
        assert!(before.contains("20 minutes on 2 cores"), "{goal}: {recipe}");
    }
}

#[test]
fn the_licence_that_is_named_is_there() {
    let [manifest, text] = ["Cargo.toml", "LICENSE"]
        .map(|file| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap());
    assert!(manifest.contains("license = \"Apache-2.0\""));
    assert!(text.contains("Apache License") && text.contains("Version 2.0, January 2004"));
}
