package org.certctl.cli;

import picocli.CommandLine.Command;

/// `certctl ca`: the CA here.
@Command(name = "ca", description = "Show the CA, have it certified, and hand over to the next.")
final class CaCommand {}
