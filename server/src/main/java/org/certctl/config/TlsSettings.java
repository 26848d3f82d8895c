package org.certctl.config;

import java.nio.file.Path;

/// The TLS identity of the HTTPS listener, as PEM files.
///
/// @param certPath the server certificate, then the chain without the root
/// @param keyPath its private key
public record TlsSettings(Path certPath, Path keyPath) {}
