package org.certctl.cli.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.cli.CommandFailedException;
import org.certctl.pki.SubjectAltNames;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The names a requester wants certified, as options.
public final class RequestedNames {

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      description =
          "The subject, in the order it is to have: \"CN=dev1,O=corp\". Needed unless --renew takes"
              + " it from the certificate.")
  private @Nullable String subject;

  @Option(
      names = "--dns",
      paramLabel = "NAME",
      description = "A DNS name; this and the following may be repeated.")
  private final List<String> dnsNames = new ArrayList<>();

  @Option(names = "--ip", paramLabel = "ADDRESS", description = "An IP address.")
  private final List<String> addresses = new ArrayList<>();

  @Option(names = "--email", paramLabel = "ADDRESS", description = "An e-mail address.")
  private final List<String> emails = new ArrayList<>();

  @Option(names = "--uri", paramLabel = "URI", description = "A URI.")
  private final List<String> uris = new ArrayList<>();

  @Option(
      names = "--upn",
      paramLabel = "NAME",
      description = "A user principal name, as Microsoft has them.")
  private final List<String> userPrincipalNames = new ArrayList<>();

  /// Made by picocli.
  public RequestedNames() {}

  /// The subject; absent when none is given.
  ///
  /// @throws CommandFailedException for wrong usage
  public Optional<X500Name> subject() throws CommandFailedException {
    return subject == null ? Optional.empty() : Optional.of(name(subject));
  }

  /// Reads a distinguished name.
  ///
  /// @throws CommandFailedException for wrong usage
  static X500Name name(String text) throws CommandFailedException {
    try {
      return new X500Name(BCStyle.INSTANCE, text);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(
          "--subject is a list like CN=dev1,OU=phones,O=corp: " + e.getMessage());
    }
  }

  /// The other names: DNS, IP, e-mail, URI, UPN, each in the order given.
  ///
  /// @throws CommandFailedException for wrong usage
  public List<GeneralName> subjectAltNames() throws CommandFailedException {
    List<GeneralName> names = new ArrayList<>();
    add(names, GeneralName.dNSName, "--dns", dnsNames);
    add(names, GeneralName.iPAddress, "--ip", addresses);
    add(names, GeneralName.rfc822Name, "--email", emails);
    add(names, GeneralName.uniformResourceIdentifier, "--uri", uris);
    userPrincipalNames.forEach(upn -> names.add(SubjectAltNames.userPrincipalName(upn)));
    return names;
  }

  private static void add(List<GeneralName> names, int type, String option, List<String> texts)
      throws CommandFailedException {
    for (String text : texts) {
      if (text.isBlank() || !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
        throw CommandFailedException.usage(
            option + " takes ASCII only; write international names as xn--...");
      }
      try {
        names.add(new GeneralName(type, text));
      } catch (IllegalArgumentException e) {
        throw CommandFailedException.usage(option + " cannot be " + text);
      }
    }
  }
}
