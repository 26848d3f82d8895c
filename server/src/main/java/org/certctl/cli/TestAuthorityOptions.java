package org.certctl.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `certctl serve --test-authority`. Those not given are null.
public final class TestAuthorityOptions {

  @Option(
      names = "--test-authority",
      required = true,
      description = {
        "Trouble for authors of clients: a throwaway CA that refuses some requests at random and"
            + " lets others wait. Its data directory is a temporary one that goes at the end; no"
            + " setting, no CERTCTL_* variable and no existing CA plays a part in it."
      })
  private boolean enabled;

  @Option(
      names = "--refuse",
      paramLabel = "SHARE",
      description = "The share of requests that are refused, 0 to 1. Default: 0.2.")
  private @Nullable Double refuse;

  @Option(
      names = "--pend",
      paramLabel = "SHARE",
      description = "The share of requests that have to wait, 0 to 1. Default: 0.3.")
  private @Nullable Double pend;

  @Option(
      names = "--pend-seconds",
      paramLabel = "N",
      description = "How long these wait until they are decided on. Default: 10.")
  private @Nullable Integer pendSeconds;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "The same seed makes the same trouble. Default: another one each time.")
  private @Nullable Long seed;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port for SCEP by plain HTTP. Default: 8080, or a free one.")
  private @Nullable Integer port;

  /// Whether it is wanted at all; the other options say nothing without.
  public boolean enabled() {
    return enabled;
  }

  /// The share of requests that are refused.
  public double refuse() {
    return refuse == null ? 0.2 : refuse;
  }

  /// The share of requests that wait.
  public double pend() {
    return pend == null ? 0.3 : pend;
  }

  /// How many seconds they wait.
  public int pendSeconds() {
    return pendSeconds == null ? 10 : pendSeconds;
  }

  /// What all choices follow from; null for another one each time.
  public @Nullable Long seed() {
    return seed;
  }

  /// The port for SCEP; null for 8080 or a free one.
  public @Nullable Integer port() {
    return port;
  }
}
