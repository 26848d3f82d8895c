package org.certctl.config;

import java.nio.file.Path;
import org.certctl.keys.KeyLocation;

/// An RA certificate that the operator supplies and looks after.
///
/// @param certPath the RA certificate
/// @param key the RA's private key
public record RaFiles(Path certPath, KeyLocation key) {}
