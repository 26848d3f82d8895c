package org.certctl.config;

import java.nio.file.Path;
import org.certctl.challenge.connector.ConnectorRules;

/// Connector challenges at one endpoint.
///
/// @param certPath PEM: whose signatures are trusted
/// @param rules what is asked of tokens
/// @param allowStatic whether a static challenge is taken besides
public record ConnectorSettings(Path certPath, ConnectorRules rules, boolean allowStatic) {}
