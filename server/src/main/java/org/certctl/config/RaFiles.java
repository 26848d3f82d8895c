package org.certctl.config;

import java.nio.file.Path;

/// An RA certificate that the operator supplies and looks after.
///
/// @param certPath PEM: the RA certificate
/// @param keyPath PEM: the RA's private key
public record RaFiles(Path certPath, Path keyPath) {}
