package org.certctl.cli;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import org.certctl.audit.Actor;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.Environment;
import org.certctl.keys.CryptoProviders;
import org.certctl.pki.Names;

/// What commands need from outside; made once, by the composition root.
///
/// @param environment the `CERTCTL_*` variables
/// @param providers the cryptographic providers
/// @param clock the clock
/// @param random the source of randomness
/// @param out where results are written
/// @param err where complaints are written
/// @param version the version of this build
public record CommandContext(
    Environment environment,
    CryptoProviders providers,
    Clock clock,
    SecureRandom random,
    PrintWriter out,
    PrintWriter err,
    String version) {

  /// Who runs the command, as far as the operating system knows. Whoever can write the data
  /// directory can make it any name: it helps to remember, and proves nothing.
  public Actor operator() {
    String name =
        ProcessHandle.current()
            .info()
            .user()
            .orElseGet(() -> System.getProperty("user.name", "unknown"));
    return Actor.user(Names.printable(name));
  }

  /// Reads configurations with the clock and the providers here.
  public ConfigurationLoader configurationLoader() {
    return new ConfigurationLoader(providers, clock);
  }

  /// The options of this data directory, without a look into the files with keys and certificates:
  /// for commands that must work when one of these has expired.
  ///
  /// @throws ConfigurationException with all problems, when it cannot be used
  public Configuration configuration(DataDirectoryOption dataDirectory)
      throws ConfigurationException {
    return configurationLoader().readOptions(environment, dataDirectory.path()).orThrow();
  }
}
