package org.certctl.cli.connector;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.certctl.challenge.connector.ConnectorClaims;
import org.certctl.challenge.connector.ConnectorSigner;
import org.certctl.challenge.connector.Dimension;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.ExitCode;
import org.certctl.cli.NestedCommand;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.pki.SigningUnavailableException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `certctl connector sign`: a challenge signed with a key of one's own.
@Command(
    name = "sign",
    sortOptions = false,
    description = {
      "Make a connector challenge, for tests or a portal of one's own. The server takes it when the"
          + " certificate of the key is in the profile's bundle. Whoever has the key can have any name"
          + " certified at that endpoint: keep it as you would a CA's.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  certctl connector sign --key connector.key --device 42 --name lt-42.example.com \\",
      "    --dns lt-42.example.com --audience https://scep.example.com/scep/corp > challenge.txt"
    })
public final class ConnectorSignCommand implements Callable<Integer>, NestedCommand {

  private static final int ID_BYTES = 16;
  private static final int MAX_MINUTES = 60 * 24 * 365;

  private final CommandContext context;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "The connector's private key: RSA or P-256, PEM, mode 0600.")
  private @Nullable Path key;

  @Option(
      names = "--device",
      paramLabel = "ID",
      required = true,
      description = "The device or user that it is for (sub).")
  private String device = "";

  @Option(
      names = "--issuer",
      paramLabel = "TEXT",
      defaultValue = "certctl",
      description = "Who makes it (iss). Default: ${DEFAULT-VALUE}.")
  private String issuer = "certctl";

  @Option(
      names = "--audience",
      paramLabel = "TEXT",
      description = "The endpoint that it is meant for (aud).")
  private @Nullable String audience;

  @Option(
      names = "--name",
      paramLabel = "CN",
      description = "The common name that the request must have.")
  private @Nullable String name;

  @Option(names = "--dns", paramLabel = "NAME", description = "A DNS name; may be repeated.")
  private String[] dns = {};

  @Option(names = "--email", paramLabel = "ADDRESS", description = "An e-mail address.")
  private String[] email = {};

  @Option(names = "--upn", paramLabel = "NAME", description = "A user principal name.")
  private String[] upn = {};

  @Option(names = "--uri", paramLabel = "URI", description = "A URI.")
  private String[] uri = {};

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "60",
      description = "For how long it may be used. Default: ${DEFAULT-VALUE}.")
  private int minutes = 60;

  @Option(
      names = "--id",
      paramLabel = "TEXT",
      description = "What tells it from all others (jti). Default: a random one.")
  private @Nullable String id;

  /// Signs with the clock and the randomness of the context.
  public ConnectorSignCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public String parent() {
    return ConnectorCommand.NAME;
  }

  @Override
  public Integer call()
      throws KeyMaterialException, CommandFailedException, SigningUnavailableException {
    if (minutes < 1 || minutes > MAX_MINUTES) {
      throw CommandFailedException.usage("--minutes is a number from 1 to " + MAX_MINUTES);
    }
    if (key == null || device.isEmpty()) {
      throw CommandFailedException.usage("name the key and the device");
    }
    SigningKey signingKey = SigningKey.read(key, context.providers());
    if (!signingKey.isRsa() && !signingKey.isP256()) {
      throw new CommandFailedException(
          "the key in " + key + " cannot sign challenges\nuse an RSA key, or one on P-256");
    }
    Instant now = context.clock().instant();
    ConnectorClaims claims =
        new ConnectorClaims(
            issuer,
            device,
            audience == null ? List.of() : List.of(audience),
            now,
            Optional.empty(),
            now.plus(Duration.ofMinutes(minutes)),
            Optional.of("jti:" + (id == null ? randomId() : id)),
            names());
    context.out().println(new ConnectorSigner(signingKey).sign(claims));
    return ExitCode.OK;
  }

  private String randomId() {
    byte[] octets = new byte[ID_BYTES];
    context.random().nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }

  private Map<Dimension, Set<String>> names() {
    Map<Dimension, Set<String>> names = new EnumMap<>(Dimension.class);
    put(names, Dimension.COMMON_NAME, name == null ? List.of() : List.of(name));
    put(names, Dimension.DNS, Arrays.asList(dns));
    put(names, Dimension.EMAIL, Arrays.asList(email));
    put(names, Dimension.UPN, Arrays.asList(upn));
    put(names, Dimension.URI, Arrays.asList(uri));
    return names;
  }

  private static void put(
      Map<Dimension, Set<String>> names, Dimension dimension, List<String> values) {
    if (!values.isEmpty()) {
      names.put(dimension, new LinkedHashSet<>(values));
    }
  }
}
