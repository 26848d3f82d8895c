package org.certctl.cli.client;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.Fingerprint;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.outbound.OutboundSettings;
import org.certctl.outbound.ServerTrust;
import org.certctl.pki.Names;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of a connection, to be mixed into commands that call servers.
public final class ConnectionOptions {

  private static final int MAX_PORT = 65535;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description = "PEM: trust TLS servers that these certificates vouch for, and no others.")
  private @Nullable Path authorities;

  @Option(
      names = "--insecure",
      description = "Trust any TLS server, and show the fingerprint of its certificate.")
  private boolean insecure;

  @Option(
      names = "--proxy",
      paramLabel = "HOST:PORT",
      description = "Go by way of this HTTP proxy.")
  private @Nullable String proxy;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long one exchange may take. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds = 30;

  /// Made by picocli.
  public ConnectionOptions() {}

  /// Whether any TLS server is trusted.
  public boolean trustsAnyone() {
    return insecure;
  }

  /// The settings of a client.
  ///
  /// @param err where the fingerprint of an unverified server is shown, once
  public OutboundSettings settings(PrintWriter err)
      throws CommandFailedException, KeyMaterialException {
    if (timeoutSeconds < 1) {
      throw CommandFailedException.usage("--timeout is a number of seconds, 1 or more");
    }
    OutboundSettings settings =
        OutboundSettings.defaults()
            .withTotalTimeout(Duration.ofSeconds(timeoutSeconds))
            .withTrust(trust(err));
    return proxy == null ? settings : settings.withProxy(proxyAddress(proxy));
  }

  private ServerTrust trust(PrintWriter err) throws CommandFailedException, KeyMaterialException {
    if (insecure && authorities != null) {
      throw CommandFailedException.usage("--insecure and --cacert exclude each other");
    }
    if (authorities != null) {
      return new ServerTrust.Authorities(CertificateChain.read(authorities).certificates());
    }
    if (!insecure) {
      return new ServerTrust.PublicAuthorities();
    }
    AtomicBoolean shown = new AtomicBoolean();
    return new ServerTrust.Anyone(
        certificate -> {
          if (!shown.getAndSet(true)) {
            err.println("warning: the TLS server is not verified (--insecure). It shows:");
            err.println("  " + Names.text(certificate.getSubject()));
            err.println("  SHA-256  " + Fingerprint.SHA_256.of(certificate));
            err.flush();
          }
        });
  }

  private static InetSocketAddress proxyAddress(String text) throws CommandFailedException {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= MAX_PORT) {
        return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      throw CommandFailedException.usage("--proxy is HOST:PORT, not " + text);
    }
    throw CommandFailedException.usage("--proxy is HOST:PORT, not " + text);
  }
}
