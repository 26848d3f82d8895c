package org.certctl.cli;

import picocli.CommandLine.Command;

/// `certctl config`: the configuration.
@Command(name = "config", description = "Check the configuration, or list all options.")
final class ConfigCommand {}
