package org.certctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.challenge.onetime.BoundIdentity;
import org.certctl.pki.SubjectAltNames;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that bind a challenge to an identity.
final class ChallengeBinding {

  private static final int MAX_NAMES = 100;

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      description = {
        "Good only for exactly this subject, such as \"CN=dev1,O=corp\", and for no subject",
        "alternative names but those of --san. \"\" stands for an empty subject."
      })
  private @Nullable String subject;

  @Option(
      names = "--san",
      paramLabel = "NAME",
      description =
          "A subject alternative name: dns:, email:, upn:, uri: or ip: and the name. May be"
              + " repeated; the request must have exactly these. Needs --subject.")
  private final List<String> names = new ArrayList<>();

  /// Made by picocli.
  ChallengeBinding() {}

  /// The identity; absent when none was named.
  ///
  /// @throws CommandFailedException for wrong usage
  Optional<BoundIdentity> identity() throws CommandFailedException {
    if (subject == null) {
      if (names.isEmpty()) {
        return Optional.empty();
      }
      throw CommandFailedException.usage(
          "--san needs --subject: a challenge is bound to a whole identity or to none\n"
              + "hint: --subject \"\" if the request is to have no subject");
    }
    return Optional.of(new BoundIdentity(subject(subject), subjectAltNames()));
  }

  private static X500Name subject(String text) throws CommandFailedException {
    if (text.isEmpty()) {
      return new X500Name(new RDN[0]);
    }
    try {
      return new X500Name(BCStyle.INSTANCE, text);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(
          "--subject is a list like CN=dev1,OU=phones,O=corp: " + e.getMessage());
    }
  }

  private Optional<GeneralNames> subjectAltNames() throws CommandFailedException {
    if (names.size() > MAX_NAMES) {
      throw CommandFailedException.usage("at most " + MAX_NAMES + " --san");
    }
    List<GeneralName> parsed = new ArrayList<>();
    for (String name : names) {
      try {
        parsed.add(SubjectAltNames.parse(name));
      } catch (IllegalArgumentException e) {
        throw CommandFailedException.usage("--san cannot be " + name + ": " + e.getMessage());
      }
    }
    return parsed.isEmpty()
        ? Optional.empty()
        : Optional.of(new GeneralNames(parsed.toArray(GeneralName[]::new)));
  }
}
