package org.certctl.cli;

import picocli.CommandLine.Command;

/// `certctl keys`: the keys in the data directory and in the database of several nodes.
@Command(
    name = "keys",
    header = {"Look after the keys in the data directory, and those that nodes share.", ""},
    description = {"Where each kind of key may be, and what opens it: docs/keys.md.", ""})
final class KeysCommand {}
