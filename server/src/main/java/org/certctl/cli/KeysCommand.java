package org.certctl.cli;

import picocli.CommandLine.Command;

/// `certctl keys`: the keys in the data directory.
@Command(
    name = "keys",
    header = {"Look after the keys in the data directory.", ""},
    description = {"Where each kind of key may be, and what opens it: docs/keys.md.", ""})
final class KeysCommand {}
