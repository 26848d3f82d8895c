package org.certctl.cli;

import picocli.CommandLine.Command;

/// `certctl ca`: the CA here.
@Command(name = "ca", description = "Show the CA, and hand over to the next.")
final class CaCommand {}
